(setting (setting_name) @key (setting_value)? @value) @setting
(section (section_name) @key) @section
