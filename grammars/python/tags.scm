; Definitions. The first pattern that matches a definition says what it is.
(function_definition name: (identifier) @name) @definition.function
(class_definition name: (identifier) @name) @definition.type
(class_definition name: (identifier) @name superclasses: (argument_list [(identifier) (attribute) (subscript)] @supertype)) @definition.type
(type_alias_statement left: (type (identifier) @name)) @definition.type
(module (expression_statement (assignment left: (identifier) @name) @definition.constant))
(module [(if_statement (block (expression_statement (assignment left: (identifier) @name) @definition.constant))) (try_statement (block (expression_statement (assignment left: (identifier) @name) @definition.constant)))])
(module (if_statement [(else_clause (block (expression_statement (assignment left: (identifier) @name) @definition.constant))) (elif_clause (block (expression_statement (assignment left: (identifier) @name) @definition.constant)))]))
(module (try_statement [(else_clause (block (expression_statement (assignment left: (identifier) @name) @definition.constant))) (except_clause (block (expression_statement (assignment left: (identifier) @name) @definition.constant)))]))
(class_definition body: (block (expression_statement (assignment left: (identifier) @name) @definition.field)))

; Documentation strings
(module . (expression_statement . (string) .) @doc)
(function_definition body: (block . (expression_statement . (string) .) @doc))
(class_definition body: (block . (expression_statement . (string) .) @doc))

; Imports
(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import
(module (expression_statement (assignment left: (identifier) @_list) @import) (#eq? @_list "__all__"))
(module (expression_statement (augmented_assignment left: (identifier) @_list) @import) (#eq? @_list "__all__"))
(module (expression_statement (call function: (attribute object: (identifier) @_list)) @import) (#eq? @_list "__all__"))

; Bindings
(parameters (identifier) @local)
(default_parameter name: (identifier) @local)
(typed_parameter (identifier) @local)
(typed_default_parameter name: (identifier) @local)
(lambda_parameters (identifier) @local)
(list_splat_pattern (identifier) @local)
(dictionary_splat_pattern (identifier) @local)
(function_definition body: (block (expression_statement (assignment left: (identifier) @local))))
(function_definition body: (block (_ (block (expression_statement (assignment left: (identifier) @local))))))
(with_statement body: (block (expression_statement (assignment left: (identifier) @local))))
(function_definition body: (block (expression_statement (assignment left: (pattern_list (identifier) @local)))))
(named_expression name: (identifier) @local)
(for_statement left: (identifier) @local)
(for_statement left: (pattern_list (identifier) @local))
(for_in_clause left: (pattern_list (identifier) @local))
(for_in_clause left: (identifier) @local)
(as_pattern_target (identifier) @local)
(keyword_argument name: (identifier) @label)
