; Types and their fields (a field has no body, so all of it is its signature), directives, operations.
(object_type_definition (name) @name (fields_definition)? @body) @definition.type
(object_type_definition (name) @name (implements_interfaces (named_type) @supertype)) @definition.type
(object_type_definition (name) @name (implements_interfaces (implements_interfaces (named_type) @supertype))) @definition.type
(object_type_extension (name) @name (fields_definition)? @body) @definition.type
(interface_type_definition (name) @name (fields_definition)? @body) @definition.interface
(input_object_type_definition (name) @name (input_fields_definition)? @body) @definition.type
(enum_type_definition (name) @name (enum_values_definition)? @body) @definition.type
(union_type_definition (name) @name) @definition.type
(scalar_type_definition (name) @name) @definition.type
(directive_definition (name) @name) @definition.macro
(field_definition (name) @name) @definition.field
(input_fields_definition (input_value_definition (name) @name) @definition.field)
(enum_value_definition (enum_value (name) @name)) @definition.field
(operation_definition (name) @name (selection_set) @body) @definition.function
(fragment_definition (fragment_name (name) @name) (selection_set) @body) @definition.function

; Descriptions are documentation
(description) @doc
(argument (name) @label)
(variable (name) @label)
