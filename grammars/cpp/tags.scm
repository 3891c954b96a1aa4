; What C++ adds to the definitions of C
(class_specifier name: [(type_identifier) @name (template_type name: (type_identifier) @name) (qualified_identifier name: (type_identifier) @name)] body: (_)) @definition.type
(class_specifier name: (type_identifier) @name (base_class_clause [(type_identifier) (template_type) (qualified_identifier)] @supertype) body: (_)) @definition.type
(struct_specifier name: (type_identifier) @name (base_class_clause [(type_identifier) (template_type) (qualified_identifier)] @supertype) body: (_)) @definition.type
(struct_specifier name: (template_type name: (type_identifier) @name) body: (_)) @definition.type
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.interface
(namespace_definition name: (_) @name) @definition.module
(function_definition declarator: [(function_declarator declarator: [(field_identifier) (operator_name) (destructor_name)] @name parameters: (_) @parameters) (reference_declarator (function_declarator declarator: [(identifier) (field_identifier) (operator_name)] @name parameters: (_) @parameters)) (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (operator_name)] @name parameters: (_) @parameters))]) @definition.function
(function_definition declarator: (operator_cast) @name) @definition.function
(function_definition declarator: [(function_declarator declarator: (qualified_identifier scope: (_) @scope name: [(identifier) (operator_name) (destructor_name)] @name) parameters: (_) @parameters) (reference_declarator (function_declarator declarator: (qualified_identifier scope: (_) @scope name: [(identifier) (operator_name)] @name) parameters: (_) @parameters)) (pointer_declarator declarator: (function_declarator declarator: (qualified_identifier scope: (_) @scope name: [(identifier) (operator_name)] @name) parameters: (_) @parameters))]) @definition.function
(function_definition declarator: [(function_declarator declarator: (qualified_identifier scope: (_) name: (qualified_identifier scope: (_) @scope name: [(identifier) (operator_name) (destructor_name)] @name)) parameters: (_) @parameters) (pointer_declarator declarator: (function_declarator declarator: (qualified_identifier scope: (_) name: (qualified_identifier scope: (_) @scope name: [(identifier) (operator_name)] @name)) parameters: (_) @parameters))]) @definition.function
(field_declaration_list (field_declaration declarator: [(function_declarator declarator: [(field_identifier) (operator_name)] @name parameters: (_) @parameters) (reference_declarator (function_declarator declarator: [(field_identifier) (operator_name)] @name parameters: (_) @parameters)) (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (operator_name)] @name parameters: (_) @parameters))]) @definition.method)
(field_declaration_list (declaration declarator: (function_declarator declarator: [(identifier) (destructor_name) (operator_name)] @name parameters: (_) @parameters)) @definition.method)
(field_declaration_list (field_declaration declarator: (reference_declarator (field_identifier) @name)) @definition.field)
(declaration_list (declaration declarator: [(function_declarator declarator: (identifier) @name parameters: (_) @parameters) (pointer_declarator declarator: (function_declarator declarator: (identifier) @name parameters: (_) @parameters)) (reference_declarator (function_declarator declarator: (identifier) @name parameters: (_) @parameters))]) @definition.function)
(declaration_list (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.constant)

; Imports
(using_declaration) @import

; Bindings
(parameter_declaration declarator: (reference_declarator (identifier) @local))
(optional_parameter_declaration declarator: [(identifier) @local (reference_declarator (identifier) @local) (pointer_declarator declarator: (identifier) @local)])
(for_range_loop declarator: [(identifier) @local (reference_declarator (identifier) @local)])
(compound_statement (declaration declarator: (init_declarator declarator: (reference_declarator (identifier) @local))))
(type_parameter_declaration (type_identifier) @local)
