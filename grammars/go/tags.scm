; Definitions. The first pattern that matches a definition says what it is.
(function_declaration name: (identifier) @name) @definition.function
(method_declaration receiver: (parameter_list (parameter_declaration type: (_) @scope)) name: (field_identifier) @name) @definition.method
(type_spec name: (type_identifier) @name type: (interface_type)) @definition.interface
(type_spec name: (type_identifier) @name) @definition.type
(type_spec name: (type_identifier) @name type: (struct_type (field_declaration_list (field_declaration !name type: (_) @supertype)))) @definition.type
(type_spec name: (type_identifier) @name type: (slice_type element: (struct_type (field_declaration_list (field_declaration !name type: (_) @supertype))))) @definition.type
(type_spec name: (type_identifier) @name type: (map_type value: (struct_type (field_declaration_list (field_declaration !name type: (_) @supertype))))) @definition.type
(type_spec name: (type_identifier) @name type: (interface_type (type_elem [(type_identifier) (qualified_type)] @supertype))) @definition.interface
(type_alias name: (type_identifier) @name) @definition.type
(source_file (const_declaration (const_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @definition.constant)))
(field_declaration name: (field_identifier) @name) @definition.field
(interface_type (method_elem name: (field_identifier) @name) @definition.method)

; Imports: the package clause says where the file belongs
(package_clause) @import
(import_declaration) @import

; Bindings
(parameter_declaration name: (identifier) @local)
(short_var_declaration left: (expression_list (identifier) @local))
(variadic_parameter_declaration name: (identifier) @local)
(function_declaration body: (block (statement_list (var_declaration (var_spec name: (identifier) @local)))))
(type_switch_statement alias: (expression_list (identifier) @local))
(func_literal body: (block (statement_list (var_declaration (var_spec name: (identifier) @local)))))
(method_declaration body: (block (statement_list (var_declaration (var_spec name: (identifier) @local)))))
(range_clause left: (expression_list (identifier) @local))
(package_clause (package_identifier) @label)
