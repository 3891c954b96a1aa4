; Definitions. The first pattern that matches a definition says what it is.
(function_definition declarator: [(function_declarator declarator: (identifier) @name parameters: (_) @parameters) (pointer_declarator declarator: (function_declarator declarator: (identifier) @name parameters: (_) @parameters)) (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name parameters: (_) @parameters)))]) @definition.function
(translation_unit (declaration declarator: [(function_declarator declarator: (identifier) @name parameters: (_) @parameters) (pointer_declarator declarator: (function_declarator declarator: (identifier) @name parameters: (_) @parameters))]) @definition.function)
(preproc_ifdef (declaration declarator: [(function_declarator declarator: (identifier) @name parameters: (_) @parameters) (pointer_declarator declarator: (function_declarator declarator: (identifier) @name parameters: (_) @parameters))]) @definition.function)
(preproc_if (declaration declarator: [(function_declarator declarator: (identifier) @name parameters: (_) @parameters) (pointer_declarator declarator: (function_declarator declarator: (identifier) @name parameters: (_) @parameters))]) @definition.function)
(struct_specifier name: (type_identifier) @name body: (_)) @definition.type
(union_specifier name: (type_identifier) @name body: (_)) @definition.type
(enum_specifier name: (type_identifier) @name body: (_)) @definition.type
(type_definition declarator: [(type_identifier) @name (pointer_declarator declarator: (type_identifier) @name) (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name)))]) @definition.type
(enumerator name: (identifier) @name) @definition.constant
(field_declaration declarator: [(field_identifier) @name (pointer_declarator declarator: (field_identifier) @name) (array_declarator declarator: (field_identifier) @name) (pointer_declarator declarator: (pointer_declarator declarator: (field_identifier) @name)) (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (field_identifier) @name)))]) @definition.field
(preproc_def name: (identifier) @name value: (_)) @definition.macro
(preproc_function_def name: (identifier) @name parameters: (_) @parameters value: (_)? @body) @definition.macro
(translation_unit (declaration declarator: [(identifier) @name (array_declarator declarator: (identifier) @name) (pointer_declarator declarator: (identifier) @name) (init_declarator declarator: [(identifier) @name (array_declarator declarator: (identifier) @name) (pointer_declarator declarator: (identifier) @name) (pointer_declarator declarator: (array_declarator declarator: (identifier) @name))])]) @definition.constant)
(preproc_ifdef (declaration declarator: [(identifier) @name (array_declarator declarator: (identifier) @name) (init_declarator declarator: [(identifier) @name (array_declarator declarator: (identifier) @name) (pointer_declarator declarator: (identifier) @name)])]) @definition.constant)

; Imports
(preproc_include) @import

; Bindings
(parameter_declaration declarator: [(identifier) @local (pointer_declarator declarator: (identifier) @local) (array_declarator declarator: (identifier) @local) (pointer_declarator declarator: (pointer_declarator declarator: (identifier) @local))])
(compound_statement (declaration declarator: [(identifier) @local (pointer_declarator declarator: (identifier) @local) (array_declarator declarator: (identifier) @local) (init_declarator declarator: [(identifier) @local (pointer_declarator declarator: (identifier) @local) (array_declarator declarator: (identifier) @local)])]))
(for_statement initializer: (declaration declarator: (init_declarator declarator: [(identifier) @local (pointer_declarator declarator: (identifier) @local)])))
(preproc_params (identifier) @local)
