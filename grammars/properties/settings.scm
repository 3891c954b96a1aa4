(property (key) @key (value)? @value) @setting
