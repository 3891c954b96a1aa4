; Definitions. The first pattern that matches a definition says what it is.
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(program (lexical_declaration (variable_declarator name: (identifier) @name value: [(arrow_function parameters: (_)? @parameters body: (_) @body) (function_expression parameters: (_) @parameters body: (_) @body)]) @definition.function))
(program (variable_declaration (variable_declarator name: (identifier) @name value: [(arrow_function parameters: (_)? @parameters body: (_) @body) (function_expression parameters: (_) @parameters body: (_) @body)]) @definition.function))
(export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: [(arrow_function parameters: (_)? @parameters body: (_) @body) (function_expression parameters: (_) @parameters body: (_) @body)]) @definition.function))
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(class_declaration name: (type_identifier) @name) @definition.type
(class_declaration name: (type_identifier) @name (class_heritage (extends_clause value: (_) @supertype))) @definition.type
(class_declaration name: (type_identifier) @name (class_heritage (implements_clause (_) @supertype))) @definition.type
(abstract_class_declaration name: (type_identifier) @name) @definition.type
(abstract_class_declaration name: (type_identifier) @name (class_heritage (extends_clause value: (_) @supertype))) @definition.type
(abstract_class_declaration name: (type_identifier) @name (class_heritage (implements_clause (_) @supertype))) @definition.type
(interface_declaration name: (type_identifier) @name) @definition.interface
(interface_declaration name: (type_identifier) @name (extends_type_clause type: (_) @supertype)) @definition.interface
(type_alias_declaration name: (type_identifier) @name) @definition.type
(enum_declaration name: (identifier) @name) @definition.type
(enum_body name: (property_identifier) @name @definition.field)
(enum_assignment name: (_) @name) @definition.field
(function_signature name: (identifier) @name) @definition.function
(program (ambient_declaration (_ (variable_declarator name: (identifier) @name) @definition.constant)))
(ambient_declaration "global" @name (statement_block)) @definition.module
(ambient_declaration "global" (statement_block (_ (variable_declarator name: (identifier) @name) @definition.constant)))
(internal_module name: (_) @name) @definition.module
(method_signature name: (_) @name) @definition.method
(abstract_method_signature name: (_) @name) @definition.method
(interface_body (property_signature name: (_) @name) @definition.field)
(object_type (property_signature name: (_) @name) @definition.field)
(method_definition name: (_) @name) @definition.method
(public_field_definition name: (_) @name value: (arrow_function parameters: (_)? @parameters body: (_) @body)) @definition.method
(public_field_definition name: (_) @name) @definition.field

; `exports.a = function () {}`
(program (expression_statement (assignment_expression left: (member_expression object: [(identifier) (member_expression)] @_object property: (property_identifier) @name @export) right: [(function_expression parameters: (_) @parameters body: (_) @body) (arrow_function parameters: (_)? @parameters body: (_) @body)]) @definition.function
  (#match? @_object "^(module\\.)?exports$")))

; Imports and re-exports
(import_statement) @import
(import_alias) @import
(export_statement source: (_)) @import
(export_statement (export_clause)) @import
(export_statement value: (identifier)) @import
(export_statement "default" declaration: (_ name: (_) @default))
(call_expression function: [(import) (identifier)] @_f arguments: (arguments . (string))
  (#match? @_f "^(require|import)$")) @import

; Names exported apart from their definition
(export_clause (export_specifier name: (identifier) @export))
(export_statement value: (identifier) @export)
(assignment_expression left: (member_expression) @_object right: [(identifier) @export (object (shorthand_property_identifier) @export)]
  (#match? @_object "^(module\\.)?exports"))

; Bindings
(required_parameter pattern: (identifier) @local)
(optional_parameter pattern: (identifier) @local)
(pair key: (property_identifier) @label)
