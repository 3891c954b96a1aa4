; Definitions. The first pattern that matches a definition says what it is.
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(program (lexical_declaration (variable_declarator name: (identifier) @name value: [(arrow_function parameters: (_)? @parameters body: (_) @body) (function_expression parameters: (_) @parameters body: (_) @body)]) @definition.function))
(program (variable_declaration (variable_declarator name: (identifier) @name value: [(arrow_function parameters: (_)? @parameters body: (_) @body) (function_expression parameters: (_) @parameters body: (_) @body)]) @definition.function))
(export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: [(arrow_function parameters: (_)? @parameters body: (_) @body) (function_expression parameters: (_) @parameters body: (_) @body)]) @definition.function))
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(class_declaration name: (identifier) @name) @definition.type
(class_declaration name: (identifier) @name (class_heritage (_) @supertype)) @definition.type
(method_definition name: (_) @name) @definition.method
(field_definition property: (_) @name value: (arrow_function parameters: (_)? @parameters body: (_) @body)) @definition.method
(field_definition property: (_) @name) @definition.field

; `exports.a = function () {}`
(program (expression_statement (assignment_expression left: (member_expression object: [(identifier) (member_expression)] @_object property: (property_identifier) @name @export) right: [(function_expression parameters: (_) @parameters body: (_) @body) (arrow_function parameters: (_)? @parameters body: (_) @body)]) @definition.function
  (#match? @_object "^(module\\.)?exports$")))

; Imports and re-exports
(import_statement) @import
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
(formal_parameters (identifier) @local)
(formal_parameters (assignment_pattern left: (identifier) @local))
(pair key: (property_identifier) @label)
