; Definitions. The first pattern that matches a definition says what it is.
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(destructor_declaration name: (identifier) @name) @definition.method
(operator_declaration "operator" @name) @definition.method
(indexer_declaration "this" @name) @definition.method
(local_function_statement name: (identifier) @name) @definition.function
(class_declaration name: (identifier) @name) @definition.type
(class_declaration name: (identifier) @name (base_list [(identifier) (generic_name) (qualified_name)] @supertype)) @definition.type
(struct_declaration name: (identifier) @name) @definition.type
(struct_declaration name: (identifier) @name (base_list [(identifier) (generic_name) (qualified_name)] @supertype)) @definition.type
(record_declaration name: (identifier) @name (parameter_list)? @parameters) @definition.type
(record_declaration name: (identifier) @name (base_list [(identifier) (generic_name) (qualified_name)] @supertype)) @definition.type
(interface_declaration name: (identifier) @name) @definition.interface
(interface_declaration name: (identifier) @name (base_list [(identifier) (generic_name) (qualified_name)] @supertype)) @definition.interface
(enum_declaration name: (identifier) @name) @definition.type
(delegate_declaration name: (identifier) @name) @definition.type
(enum_member_declaration name: (identifier) @name) @definition.field
(property_declaration name: (identifier) @name accessors: (accessor_list)? @body value: (arrow_expression_clause)? @body) @definition.field
(event_declaration name: (identifier) @name) @definition.field
(field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field

; Imports: the namespace says where the file belongs
(using_directive) @import
(file_scoped_namespace_declaration) @import
(namespace_declaration name: (_) @import)

; Bindings
(parameter name: (identifier) @local)
(local_declaration_statement (variable_declaration (variable_declarator name: (identifier) @local)))
(catch_declaration name: (identifier) @local)
(foreach_statement left: (identifier) @local)
(type_parameter name: (identifier) @local)
(lambda_expression parameters: (implicit_parameter) @local)
(declaration_pattern name: (identifier) @local)
(declaration_expression name: (identifier) @local)
(argument name: (identifier) @label)
(namespace_declaration name: (identifier) @label)
(namespace_declaration name: (qualified_name (identifier) @label))
