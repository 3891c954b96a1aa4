; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate; `"$lock"` is a pattern of words.toml.

; Early ways out
(if_statement consequence: (block [(return_statement) (break_statement) (goto_statement)])) @guard
(if_statement consequence: (block (function_call name: (identifier) @_c)) (#eq? @_c "error")) @guard
(function_call name: (identifier) @_c (#eq? @_c "assert")) @guard

; Conditions
(if_statement condition: (_) @condition)
(elseif_statement condition: (_) @condition)
(while_statement condition: (_) @condition)
(repeat_statement condition: (_) @condition)

; Errors: handled, or dropped
(function_call name: (identifier) @_c (#any-of? @_c "pcall" "xpcall")) @error.handler

; Ways to stop the program
(function_call name: (identifier) @_c (#eq? @_c "error")) @panic
(function_call name: (dot_index_expression) @_c (#any-of? @_c "os.exit" "ngx.exit")) @panic

; Calls by the words of their name
(function_call name: [(identifier) @_c (dot_index_expression field: (identifier) @_c) (method_index_expression method: (identifier) @_c)] (#match? @_c "$lock")) @lock
(function_call name: [(identifier) @_c (dot_index_expression field: (identifier) @_c) (method_index_expression method: (identifier) @_c)] (#match? @_c "$transaction")) @transaction
(function_call name: [(identifier) @_c (dot_index_expression field: (identifier) @_c) (method_index_expression method: (identifier) @_c)] (#match? @_c "$retry")) @retry
(function_call name: [(identifier) @_c (dot_index_expression field: (identifier) @_c) (method_index_expression method: (identifier) @_c)] (#match? @_c "$destructive")) @destructive
(function_call name: (dot_index_expression) @_c (#match? @_c "^(coroutine\\.(create|wrap|resume|yield)|ngx\\.(thread|timer))")) @concurrency

; Other programs, foreign data, the environment
(function_call name: (dot_index_expression) @_c (#any-of? @_c "os.execute" "io.popen")) @exec
(function_call name: (identifier) @_c (#any-of? @_c "load" "loadstring")) @exec
(function_call name: (dot_index_expression) @_c (#eq? @_c "os.getenv")) @env

; Literals that carry meaning
((string) @sql (#match? @sql "$sql"))
(assignment_statement (variable_list . name: [(identifier) @_n (dot_index_expression field: (identifier) @_n)] .) (expression_list . value: [(number) (binary_expression)] .) (#match? @_n "$limit")) @timeout
(field name: (identifier) @_n value: [(number) (binary_expression)] (#match? @_n "$limit")) @timeout
(field name: (identifier) @_n value: [(true) (false)] (#match? @_n "$switch")) @argument.unsafe
(return_statement (expression_list (_) @return))
