; `resource "aws_db_instance" "main" { … }` is the section resource.aws_db_instance.main
(block . (identifier) @key) @section.maybe
(block . (identifier) @key . [(string_lit) (identifier)] @key) @section.maybe
(block . (identifier) @key . [(string_lit) (identifier)] @key . [(string_lit) (identifier)] @key) @section.maybe
(attribute . (identifier) @key (expression) @value) @setting
(object_elem key: (_) @key val: (_) @value) @setting
(tuple) @list
(tuple (expression) @item)
