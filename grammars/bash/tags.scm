; Definitions. The first pattern that matches a definition says what it is.
(function_definition name: (word) @name) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.constant)
(program (list (variable_assignment name: (variable_name) @name)) @definition.constant)
(program (declaration_command (variable_assignment name: (variable_name) @name) @definition.constant))

; Other scripts that are read in
(command name: (command_name) @_c argument: (_) (#any-of? @_c "source" ".")) @import

; Words that are no names: arguments
(command argument: (word) @label)
(file_redirect destination: (word) @label)
(function_definition body: (compound_statement (declaration_command (variable_assignment name: (variable_name) @local))))
(for_statement variable: (variable_name) @local)
(case_item value: (word) @label)
