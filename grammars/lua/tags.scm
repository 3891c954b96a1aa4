; Definitions. The first pattern that matches a definition says what it is.
(function_declaration name: (identifier) @name) @definition.function
(function_declaration name: [(dot_index_expression table: (_) @scope field: (identifier) @name) (method_index_expression table: (_) @scope method: (identifier) @name)]) @definition.function
(chunk (assignment_statement (variable_list . name: (dot_index_expression table: (_) @scope field: (identifier) @name) .) (expression_list . value: (function_definition parameters: (_) @parameters body: (_)? @body) .)) @definition.function)
(chunk (variable_declaration (assignment_statement (variable_list . name: (identifier) @name .) (expression_list . value: (function_definition parameters: (_) @parameters body: (_)? @body) .))) @definition.function)
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name))) @definition.constant)
(chunk (assignment_statement (variable_list name: (identifier) @name)) @definition.constant)

; Imports
(function_call name: (identifier) @_f (#any-of? @_f "require" "dofile" "loadfile")) @import

; Bindings
(parameters name: (identifier) @local)
(block (variable_declaration (assignment_statement (variable_list name: (identifier) @local))))
(for_numeric_clause name: (identifier) @local)
(for_generic_clause (variable_list name: (identifier) @local))
(field name: (identifier) @label)
