; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate; `"$lock"` is a pattern of words.toml.

; Early ways out
(if_modifier body: [(return) (next) (break)]) @guard
(unless_modifier body: [(return) (next) (break)]) @guard
(if_modifier body: (call method: (identifier) @_c) (#any-of? @_c "raise" "fail" "throw" "redirect_to" "head" "render")) @guard
(unless_modifier body: (call method: (identifier) @_c) (#any-of? @_c "raise" "fail" "throw" "redirect_to" "head" "render")) @guard
(if consequence: (then [(return) (next) (break)])) @guard
(unless consequence: (then [(return) (next) (break)])) @guard
(if consequence: (then (call method: (identifier) @_c)) (#any-of? @_c "raise" "fail" "throw")) @guard
(unless consequence: (then (call method: (identifier) @_c)) (#any-of? @_c "raise" "fail" "throw")) @guard
(call !receiver method: (identifier) @_c (#match? @_c "^(before_action|before_filter|prepend_before_action|authorize!?|authenticate[a-z_]*!?|validates?|validates_[a-z_]+|validate|verify_authenticity_token|protect_from_forgery|load_and_authorize_resource|require_[a-z_]+!)$")) @guard

; Conditions
(if condition: (_) @condition)
(unless condition: (_) @condition)
(elsif condition: (_) @condition)
(if_modifier condition: (_) @condition)
(unless_modifier condition: (_) @condition)
(while condition: (_) @condition)
(until condition: (_) @condition)
(conditional condition: (_) @condition)

; Errors: handled, or dropped
(rescue) @error.handler
(rescue !body) @error.swallowed
(rescue body: (then . (nil) .)) @error.swallowed
(rescue_modifier) @error.swallowed

; Ways to stop the program
(call !receiver method: (identifier) @_c (#any-of? @_c "exit" "exit!" "abort")) @panic

; Locks and concurrency
(call method: (identifier) @_c (#match? @_c "^(synchronize|with_lock|lock!|with_advisory_lock!?|mon_synchronize)$")) @lock
(call receiver: (constant) @_o method: (identifier) @_c (#any-of? @_o "Thread" "Ractor" "Fiber" "Async" "Concurrent") (#any-of? @_c "new" "start" "fork" "async")) @concurrency
(call method: (identifier) @_c (#any-of? @_c "perform_async" "perform_later" "deliver_later" "perform_in" "perform_at")) @concurrency

; Calls by the words of their name
((call method: (identifier) @_c) @lock (#match? @_c "$lock"))
((call method: (identifier) @_c) @transaction (#match? @_c "$transaction"))
((call method: (identifier) @_c) @retry (#match? @_c "$retry"))
(retry) @retry
((call method: (identifier) @_c) @destructive (#match? @_c "$destructive"))
((call method: (identifier) @_c) @flag (#match? @_c "$flag"))

; Other programs, foreign data, the environment
(call !receiver method: (identifier) @_c (#any-of? @_c "system" "exec" "spawn" "eval" "fork" "instance_eval" "class_eval" "module_eval")) @exec
(call method: (identifier) @_c (#any-of? @_c "instance_eval" "class_eval" "constantize" "html_safe" "raw" "public_send" "send")) @exec
(call receiver: (constant) @_o method: (identifier) @_c (#any-of? @_o "Open3" "IO" "Kernel" "Process") (#match? @_c "^(popen|capture|system|exec|spawn)")) @exec
(subshell) @exec
(call receiver: (constant) @_o method: (identifier) @_c (#any-of? @_o "Marshal" "YAML" "Psych" "Oj") (#any-of? @_c "load" "unsafe_load" "restore" "load_file")) @deserialize
(element_reference object: (constant) @_o (#eq? @_o "ENV")) @env
(call receiver: (constant) @_o (#eq? @_o "ENV")) @env
(regex) @regex
(call receiver: (constant) @_o (#eq? @_o "Regexp")) @regex

; Literals that carry meaning
([(string) (heredoc_body)] @sql (#match? @sql "$sql"))
(assignment left: (constant) right: [(integer) (float) (binary)]) @number
(assignment left: [(constant) @_n (call method: (identifier) @_n) (identifier) @_n (instance_variable) @_n] right: [(integer) (float) (nil) (call) (binary)] (#match? @_n "$limit")) @timeout
(pair key: (hash_key_symbol) @_n value: [(integer) (float) (nil) (call)] (#match? @_n "$limit")) @timeout
(pair key: (hash_key_symbol) @_n value: [(true) (false)] (#match? @_n "$switch")) @argument.unsafe

; Definitions and results
(return (argument_list (_) @return))
(call !receiver method: (identifier) @_c arguments: (argument_list . [(string) (simple_symbol)]) (#any-of? @_c "get" "post" "put" "patch" "delete" "resources" "resource" "match" "root" "namespace" "mount")) @route

; Tests
(call method: (identifier) @_c (#match? @_c "^(expect|assert(_[a-z_]+)?|refute(_[a-z_]+)?|should|must_[a-z]+|is_expected)$")) @assertion
(call !receiver method: (identifier) @_c (#any-of? @_c "skip" "pending" "xit" "xdescribe" "xcontext" "fit" "fdescribe" "fcontext")) @test.skip
