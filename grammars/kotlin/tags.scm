; Definitions. The first pattern that matches a definition says what it is.
(function_declaration name: (identifier) @name (function_value_parameters) @parameters (function_body)? @body) @definition.function
(secondary_constructor "constructor" @name (function_value_parameters) @parameters (block)? @body) @definition.method
(class_declaration "interface" name: (identifier) @name (class_body)? @body) @definition.interface
(class_declaration name: (identifier) @name (primary_constructor (class_parameters) @parameters)? [(class_body) (enum_class_body)]? @body) @definition.type
(class_declaration name: (identifier) @name (delegation_specifiers (delegation_specifier [(user_type) @supertype (constructor_invocation (user_type) @supertype) (explicit_delegation (user_type) @supertype)]))) @definition.type
(object_declaration name: (identifier) @name (class_body)? @body) @definition.type
(object_declaration name: (identifier) @name (delegation_specifiers (delegation_specifier [(user_type) @supertype (constructor_invocation (user_type) @supertype)]))) @definition.type
(type_alias type: (identifier) @name) @definition.type
(source_file (property_declaration (variable_declaration . (identifier) @name)) @definition.constant)
(class_body (property_declaration (variable_declaration . (identifier) @name)) @definition.field)
(class_parameter ["val" "var"] . (identifier) @name) @definition.field
(enum_entry . (modifiers)? . (identifier) @name) @definition.field

; Imports: the package clause says where the file belongs
(package_header) @import
(import) @import

; Bindings
(parameter . (identifier) @local)
(class_parameter (identifier) @local)
(block (property_declaration (variable_declaration . (identifier) @local)))
(for_statement (variable_declaration . (identifier) @local))
(lambda_parameters (variable_declaration . (identifier) @local))
(catch_block . "catch" . "(" . (identifier) @local)
(type_parameter (identifier) @local)
(value_argument . (identifier) @label . "=")
