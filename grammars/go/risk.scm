; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate. Names of calls are compared word by word, in snake_case and camelCase.

; Early ways out
(if_statement consequence: (block (statement_list [(return_statement) (continue_statement) (break_statement) (goto_statement)]))) @guard
(if_statement consequence: (block (statement_list (expression_statement (call_expression function: (identifier) @_c)))) (#eq? @_c "panic")) @guard

; Conditions
(if_statement condition: (_) @condition)
(for_statement (for_clause condition: (_) @condition))
(for_statement . (binary_expression) @condition)

; Errors: handled, or dropped
(if_statement condition: (binary_expression left: (_) @_l right: (nil)) @_o (#match? @_l "^(err|[a-z][A-Za-z]*Err)$") (#match? @_o "!=")) @error.handler
(call_expression function: (selector_expression) @_c (#any-of? @_c "errors.Is" "errors.As" "errors.AsType")) @error.handler
(call_expression function: (type_instantiation_expression (_) @_c) (#eq? @_c "errors.AsType")) @error.handler
(type_conversion_expression type: (generic_type type: (qualified_type) @_c) (#eq? @_c "errors.AsType")) @error.handler
(call_expression function: (index_expression operand: (_) @_c) (#eq? @_c "errors.AsType")) @error.handler
(call_expression function: (identifier) @_c (#eq? @_c "recover")) @error.handler
(assignment_statement left: (expression_list . (identifier) @_l .) right: (expression_list (call_expression)) (#eq? @_l "_")) @error.swallowed
(assignment_statement left: (expression_list (identifier) @_l .) right: (expression_list . (call_expression) .) (#eq? @_l "_")) @error.swallowed
(short_var_declaration left: (expression_list (identifier) @_l .) right: (expression_list . (call_expression) .) (#eq? @_l "_")) @error.swallowed
(if_statement condition: (binary_expression left: (_) @_l right: (nil)) consequence: (block . "{" . "}" .) (#match? @_l "^(err|[a-z][A-Za-z]*Err)$")) @error.swallowed

; Ways to stop the program
(call_expression function: (identifier) @_c (#eq? @_c "panic")) @panic
(call_expression function: (selector_expression) @_c (#match? @_c "^(log\\.(Fatal|Panic)(f|ln)?|os\\.Exit|regexp\\.MustCompile|template\\.Must)$")) @panic

; Unsafe code
(selector_expression operand: (identifier) @_o (#eq? @_o "unsafe")) @unsafe

; Concurrency
(go_statement) @concurrency
(select_statement) @concurrency
(send_statement) @concurrency
(unary_expression operator: "<-") @concurrency
(channel_type) @concurrency
(qualified_type package: (package_identifier) @_p (#any-of? @_p "sync" "atomic")) @lock
(call_expression function: (selector_expression operand: (identifier) @_o) (#eq? @_o "atomic")) @lock

; Calls by the words of their name
; Locks and atomics
((call_expression function: [(identifier) @_c (selector_expression field: (field_identifier) @_c)]) @lock
  (#match? @_c "(^|_)(?i:lock|unlock|mutex|semaphore|synchronized|acquire)([A-Z_0-9]|$)|(Lock|Unlock|Mutex|Semaphore|Synchronized|Acquire)([A-Z_0-9]|$)|^(compare_exchange|compareAndSet|CompareAndSwap|fetch_add|fetch_sub|RLock|RUnlock|tryLock|try_lock)"))

; Transactions
((call_expression function: [(identifier) @_c (selector_expression field: (field_identifier) @_c)]) @transaction
  (#match? @_c "(^|_)(?i:transaction|transactional|commit|rollback|savepoint)([A-Z_0-9]|$)|(Transaction|Transactional|Commit|Rollback|Savepoint)([A-Z_0-9]|$)|^(begin|beginTx|BeginTx|Begin|atomic|start_transaction|startTransaction)$"))

; Repeated tries
((call_expression function: [(identifier) @_c (selector_expression field: (field_identifier) @_c)]) @retry
  (#match? @_c "(^|_)(?i:retry|retries|backoff|sleep)([A-Z_0-9]|$)|(Retry|Retries|Backoff|Sleep)([A-Z_0-9]|$)"))

; Calls that destroy or cut off
((call_expression function: [(identifier) @_c (selector_expression field: (field_identifier) @_c)]) @destructive
  (#match? @_c "(^|_)(?i:delete|destroy|purge|drop|truncate|removeAll|remove_all|revoke|terminate|withdraw|disable|wipe|erase)([A-Z_0-9]|$)|(Delete|Destroy|Purge|Drop|Truncate|RemoveAll|Remove_all|Revoke|Terminate|Withdraw|Disable|Wipe|Erase)([A-Z_0-9]|$)|^delete$"))

; Feature flags
((call_expression function: [(identifier) @_c (selector_expression field: (field_identifier) @_c)]) @flag
  (#match? @_c "(^|_)(?i:variation|featureFlag|feature_flag|featureEnabled|feature_enabled|flagEnabled|flag_enabled|flag_is_active|treatment|checkGate|check_gate)([A-Z_0-9]|$)|(Variation|FeatureFlag|Feature_flag|FeatureEnabled|Feature_enabled|FlagEnabled|Flag_enabled|Flag_is_active|Treatment|CheckGate|Check_gate)([A-Z_0-9]|$)|^(isEnabled|is_enabled|IsEnabled|useFlag|use_flag|isOn|is_on)$"))

; Other programs, foreign data, the environment
(call_expression function: (selector_expression) @_c (#match? @_c "^(exec\\.Command(Context)?|syscall\\.(Exec|ForkExec)|os\\.StartProcess)$")) @exec
(call_expression function: (selector_expression) @_c (#match? @_c "^gob\\.NewDecoder$")) @deserialize
(call_expression function: (selector_expression) @_c (#match? @_c "^os\\.(Getenv|LookupEnv|Environ|ExpandEnv)$")) @env
(call_expression function: (selector_expression) @_c (#match? @_c "^regexp\\.(MustCompile|Compile|MatchString|Match)(POSIX)?$")) @regex

; Literals that carry meaning
([(interpreted_string_literal) (raw_string_literal)] @sql (#match? @sql "(?is)^[a-z]{0,2}#*[\"\\x27`]+\\s*(select\\s.+\\sfrom\\s|insert\\s+into\\s|update\\s+\\S+\\s+set\\s|delete\\s+from\\s|create\\s+(table|index|unique|or|view)\\s|alter\\s+table\\s|drop\\s+(table|index|column|database)\\s|truncate\\s|with\\s+\\S+\\s+as\\s*\\(|merge\\s+into\\s|grant\\s|revoke\\s)"))
(const_spec value: (expression_list [(int_literal) (float_literal) (binary_expression)])) @number
(const_spec name: (identifier) @_n (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(keyed_element . (literal_element (identifier) @_n) (literal_element [(int_literal) (float_literal) (binary_expression)]) (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(assignment_statement left: (expression_list [(identifier) @_n (selector_expression field: (field_identifier) @_n)]) right: (expression_list [(int_literal) (float_literal) (binary_expression)]) (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(short_var_declaration left: (expression_list (identifier) @_n) right: (expression_list [(int_literal) (float_literal) (binary_expression)]) (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(call_expression function: (selector_expression) @_c (#match? @_c "^context\\.With(Timeout|Deadline)$")) @timeout
(keyed_element . (literal_element (identifier) @_n) (literal_element [(true) (false)]) (#match? @_n "(^|_)(?i:verify|force|check|insecure|secure|validate|validation|ssl|tls|strict|safe|allow|skip|ignore|disable|bypass|trust|escape|csrf|auth|shell)([A-Z_0-9]|$)|(Verify|Force|Check|Insecure|Secure|Validate|Validation|Ssl|Tls|Strict|Safe|Allow|Skip|Ignore|Disable|Bypass|Trust|Escape|Csrf|Auth|Shell)([A-Z_0-9]|$)")) @argument.unsafe

; Definitions and results
(return_statement (_) @return)
(call_expression function: (selector_expression field: (field_identifier) @_c) arguments: (argument_list . [(interpreted_string_literal) (raw_string_literal)] @_p) (#match? @_c "^(HandleFunc|Handle|GET|POST|PUT|DELETE|PATCH|Get|Post|Put|Delete|Patch|Group|Route|Any)$") (#match? @_p "^.([A-Z]+ )?/")) @route
(function_declaration name: (identifier) @_n (#any-of? @_n "main" "init")) @main

; Tests
(call_expression function: (selector_expression operand: (identifier) @_o field: (field_identifier) @_c) arguments: (_) @_a (#not-match? @_a "(^\\(|, ?)[a-zA-Z]*[eE]rr\\)$") (#any-of? @_o "t" "b" "assert" "require") (#not-any-of? @_c "Run" "Helper" "Parallel" "Cleanup" "Log" "Logf" "Skip" "Skipf" "SkipNow" "Name" "TempDir" "Setenv" "Context")) @assertion
(call_expression function: [(identifier) @_c (selector_expression field: (field_identifier) @_c)] (#match? @_c "^([aA]ssert|[eE]xpect|[vV]erify|[rR]equire)([A-Z]|$)") (#not-match? @_c "Err")) @assertion
(call_expression function: (selector_expression operand: (identifier) @_o field: (field_identifier) @_c) (#any-of? @_o "t" "b") (#any-of? @_c "Skip" "Skipf" "SkipNow")) @test.skip
