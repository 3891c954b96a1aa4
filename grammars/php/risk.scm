; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate; `"$lock"` is a pattern of words.toml.

; Early ways out
(if_statement body: [(return_statement) (continue_statement) (break_statement) (exit_statement)]) @guard
(if_statement body: (expression_statement (throw_expression))) @guard
(if_statement body: (compound_statement [(return_statement) (continue_statement) (break_statement) (exit_statement)])) @guard
(if_statement body: (compound_statement (expression_statement (throw_expression)))) @guard
(function_call_expression function: (name) @_c (#any-of? @_c "assert" "abort_if" "abort_unless" "throw_if" "throw_unless")) @guard
([(member_call_expression name: (name) @_c) (scoped_call_expression name: (name) @_c)] @guard (#any-of? @_c "authorize" "denyAccessUnlessGranted" "validate" "middleware"))

; Conditions
(if_statement condition: (_) @condition)
(else_if_clause condition: (_) @condition)
(while_statement condition: (_) @condition)
(do_statement condition: (_) @condition)
(for_statement condition: (_) @condition)
(conditional_expression condition: (_) @condition)

; Errors: handled, or dropped
(catch_clause) @error.handler
(catch_clause body: (compound_statement . "{" . "}" .)) @error.swallowed
(error_suppression_expression) @error.swallowed

; Ways to stop the program
(exit_statement) @panic
(function_call_expression function: (name) @_c (#any-of? @_c "die" "abort" "trigger_error")) @panic

; Locks
(function_call_expression function: (name) @_c (#any-of? @_c "flock" "sem_acquire" "sem_release")) @lock
(member_call_expression name: (name) @_c (#any-of? @_c "lockForUpdate" "sharedLock")) @lock

; Calls by the words of their name
([(function_call_expression function: (name) @_c) (member_call_expression name: (name) @_c) (scoped_call_expression name: (name) @_c)] @lock (#match? @_c "$lock"))
([(function_call_expression function: (name) @_c) (member_call_expression name: (name) @_c) (scoped_call_expression name: (name) @_c)] @transaction (#match? @_c "$transaction"))
([(function_call_expression function: (name) @_c) (member_call_expression name: (name) @_c) (scoped_call_expression name: (name) @_c)] @retry (#match? @_c "$retry"))
([(function_call_expression function: (name) @_c) (member_call_expression name: (name) @_c) (scoped_call_expression name: (name) @_c)] @destructive (#match? @_c "$destructive"))
([(function_call_expression function: (name) @_c) (member_call_expression name: (name) @_c) (scoped_call_expression name: (name) @_c)] @flag (#match? @_c "$flag"))

; Other programs, foreign data, the environment
(function_call_expression function: (name) @_c (#any-of? @_c "exec" "shell_exec" "system" "passthru" "popen" "proc_open" "pcntl_exec" "eval" "create_function" "call_user_func" "extract")) @exec
(shell_command_expression) @exec
(function_call_expression function: (name) @_c (#any-of? @_c "unserialize" "yaml_parse" "igbinary_unserialize")) @deserialize
(function_call_expression function: (name) @_c (#any-of? @_c "getenv" "env" "putenv")) @env
(subscript_expression . (variable_name (name) @_n) (#any-of? @_n "_ENV" "_SERVER")) @env
(function_call_expression function: (name) @_c (#match? @_c "^preg_")) @regex

; Literals that carry meaning
([(string) (encapsed_string) (heredoc) (nowdoc)] @sql (#match? @sql "$sql"))
(const_element . (name) [(integer) (float) (binary_expression)]) @number
(assignment_expression left: [(variable_name (name) @_n) (member_access_expression name: (name) @_n)] right: [(integer) (float) (null) (binary_expression)] (#match? @_n "$limit")) @timeout
(property_element name: (variable_name (name) @_n) default_value: [(integer) (float) (null)] (#match? @_n "$limit")) @timeout
(const_element . (name) @_n [(integer) (float)] (#match? @_n "$limit")) @timeout
(array_element_initializer . [(string) (encapsed_string)] @_n . [(integer) (float) (null)] (#match? @_n "(?i)timeout|ttl|retr(y|ies)|limit|max|min_|pool|deadline|interval|expir|attempts")) @timeout
(function_call_expression function: (name) @_c arguments: (arguments (argument (name) @_n) (argument (integer))) (#eq? @_c "curl_setopt") (#match? @_n "TIMEOUT|MAX")) @timeout
(array_element_initializer . [(string) (encapsed_string)] @_n . (boolean) (#match? @_n "(?i)verify|secure|validat|ssl|tls|strict|safe|allow|skip|ignore|disable|trust|escape|csrf|auth|httponly")) @argument.unsafe
(function_call_expression function: (name) @_c arguments: (arguments (argument (name) @_n) (argument [(boolean) (integer)])) (#eq? @_c "curl_setopt") (#match? @_n "VERIFY")) @argument.unsafe
(argument name: (name) @_n (boolean) (#match? @_n "$switch")) @argument.unsafe

; Definitions and results
(attribute) @decorator
(return_statement (_) @return)
(attribute (name) @_a (#any-of? @_a "Route" "Get" "Post" "Put" "Delete" "Patch")) @route
(scoped_call_expression scope: (name) @_o name: (name) @_c (#eq? @_o "Route") (#match? @_c "^(get|post|put|patch|delete|any|match|resource|apiResource|group|middleware)$")) @route

; Tests
([(member_call_expression name: (name) @_c) (scoped_call_expression name: (name) @_c)] @assertion (#match? @_c "^(assert([A-Z]|$)|expect([A-Z]|$)|fail$|should)"))
([(member_call_expression name: (name) @_c) (scoped_call_expression name: (name) @_c)] @test.skip (#any-of? @_c "markTestSkipped" "markTestIncomplete"))
