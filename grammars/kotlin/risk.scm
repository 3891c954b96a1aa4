; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate; `"$lock"` is a pattern of words.toml.

; Early ways out
(if_expression condition: (_) . ")" . [(return_expression) (throw_expression) (block [(return_expression) (throw_expression)])]) @guard
(call_expression . (identifier) @_c (#any-of? @_c "require" "requireNotNull" "check" "checkNotNull" "assert" "error")) @guard
(binary_expression operator: "?:" right: [(return_expression) (throw_expression)]) @guard

; Conditions
(if_expression condition: (_) @condition)
(while_statement condition: (_) @condition)
(do_while_statement condition: (_) @condition)
(when_entry condition: (_) @condition)

; Errors: handled, or dropped
(catch_block) @error.handler
(catch_block (block . "{" . "}" .)) @error.swallowed
(call_expression . (identifier) @_c (#eq? @_c "runCatching")) @error.swallowed
(call_expression (navigation_expression (identifier) @_c .) (#any-of? @_c "onFailure" "getOrElse" "recover" "recoverCatching")) @error.handler

; Ways to stop the program
(unary_expression operator: "!!") @panic
(call_expression . (identifier) @_c (#any-of? @_c "exitProcess" "TODO" "error")) @panic

; Locks and concurrency
(call_expression (call_expression . (identifier) @_c) (#eq? @_c "synchronized")) @lock
(call_expression (call_expression . (navigation_expression (identifier) @_c .)) (#any-of? @_c "withLock" "withPermit")) @lock
(call_expression . (navigation_expression (identifier) @_c .) (annotated_lambda) (#any-of? @_c "withLock" "withPermit" "read" "write")) @lock
(annotation (user_type (identifier) @_a) (#any-of? @_a "Synchronized" "Volatile")) @lock
(call_expression . [(identifier) @_c (call_expression . (identifier) @_c) (navigation_expression (identifier) @_c .)] (#any-of? @_c "launch" "async" "runBlocking" "withContext" "thread" "coroutineScope" "supervisorScope" "submit" "execute")) @concurrency
(function_declaration (modifiers (function_modifier "suspend"))) @concurrency

; Calls by the words of their name
(call_expression . [(identifier) @_c (navigation_expression (identifier) @_c .)] (#match? @_c "$lock")) @lock
(call_expression . [(identifier) @_c (navigation_expression (identifier) @_c .)] (#match? @_c "$transaction")) @transaction
(call_expression . [(identifier) @_c (navigation_expression (identifier) @_c .)] (#match? @_c "$retry")) @retry
(call_expression . [(identifier) @_c (navigation_expression (identifier) @_c .)] (#match? @_c "$destructive")) @destructive
(call_expression . [(identifier) @_c (navigation_expression (identifier) @_c .)] (#match? @_c "$flag")) @flag

; Other programs, foreign data, the environment
(call_expression . (identifier) @_c (#any-of? @_c "ProcessBuilder" "ScriptEngineManager")) @exec
(call_expression . (navigation_expression (_) @_o (identifier) @_c .) (#match? @_o "Runtime") (#eq? @_c "exec")) @exec
(call_expression . (identifier) @_c (#any-of? @_c "ObjectInputStream" "XMLDecoder" "XStream")) @deserialize
(call_expression . (navigation_expression (identifier) @_c .) (#any-of? @_c "readObject" "enableDefaultTyping" "activateDefaultTyping")) @deserialize
(call_expression . (navigation_expression (identifier) @_o (identifier) @_c .) (#eq? @_o "System") (#any-of? @_c "getenv" "getProperty")) @env
(call_expression . (identifier) @_c (#eq? @_c "Regex")) @regex
(call_expression . (navigation_expression (_) @_o (identifier) @_c .) (#match? @_o "^\"") (#eq? @_c "toRegex")) @regex

; Literals that carry meaning
([(string_literal) (multiline_string_literal)] @sql (#match? @sql "$sql"))
(property_declaration (variable_declaration . (identifier) @_n) [(number_literal) (float_literal) (binary_expression)] (#match? @_n "^[A-Z][A-Z0-9_]+$")) @number
(property_declaration (variable_declaration . (identifier) @_n) [(number_literal) (float_literal) (binary_expression)] (#match? @_n "$limit")) @timeout
(assignment left: [(identifier) @_n (navigation_expression (identifier) @_n .)] right: [(number_literal) (binary_expression) (navigation_expression)] (#match? @_n "$limit")) @timeout
(value_argument . (identifier) @_n . "=" . [(number_literal) (binary_expression) (navigation_expression)] (#match? @_n "$limit")) @timeout
(class_parameter (identifier) @_n "=" . (number_literal) (#match? @_n "$limit")) @timeout
(call_expression . (navigation_expression (identifier) @_c .) (value_arguments . "(" . (value_argument (number_literal))) (#match? @_c "$limit")) @timeout
(value_argument . (identifier) @_n . "=" . (identifier) @_v (#any-of? @_v "true" "false") (#match? @_n "$switch")) @argument.unsafe

; Definitions and results
(annotation) @decorator
(return_expression (_) @return)
(annotation [(user_type (identifier) @_a) (constructor_invocation (user_type (identifier) @_a))] (#match? @_a "^(RequestMapping|GetMapping|PostMapping|PutMapping|DeleteMapping|PatchMapping|Path|GET|POST|PUT|DELETE|PATCH)$")) @route
(call_expression (call_expression . (identifier) @_c (value_arguments (value_argument (string_literal)))) (annotated_lambda) (#any-of? @_c "get" "post" "put" "delete" "patch" "route")) @route
(annotation [(user_type (identifier) @_a) (constructor_invocation (user_type (identifier) @_a))] (#eq? @_a "Transactional")) @transaction
(annotation [(user_type (identifier) @_a) (constructor_invocation (user_type (identifier) @_a))] (#any-of? @_a "Retry" "Retryable")) @retry
(source_file (function_declaration name: (identifier) @_n) @main (#eq? @_n "main"))

; Tests
(call_expression . (identifier) @_c (#match? @_c "^(assert([A-Z]|$)|verify$|fail$|expect)")) @assertion
(infix_expression (_) (identifier) @_c (#match? @_c "^should")) @assertion
(annotation [(user_type (identifier) @_a) (constructor_invocation (user_type (identifier) @_a))] (#match? @_a "^(Disabled|Ignore|DisabledOnOs|DisabledIf|EnabledIf)$")) @test.skip
