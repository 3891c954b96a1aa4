; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate. Names of calls are compared word by word, in snake_case and camelCase.

; Early ways out
(if_expression consequence: (block (expression_statement [(return_expression) (break_expression) (continue_expression)]))) @guard
(if_expression consequence: (block . [(return_expression) (break_expression) (continue_expression)] .)) @guard
(let_declaration alternative: (block)) @guard
(macro_invocation macro: (identifier) @_m (#any-of? @_m "assert" "assert_eq" "assert_ne" "ensure" "bail" "debug_assert")) @guard

; Conditions
(if_expression condition: (_) @condition)
(while_expression condition: (_) @condition)
(match_arm pattern: (match_pattern condition: (_) @condition))

; Errors: handled, or dropped
(match_arm pattern: (match_pattern (tuple_struct_pattern type: (_) @_t)) (#match? @_t "(^|::)Err$")) @error.handler
(if_expression condition: (let_condition pattern: (tuple_struct_pattern type: (_) @_t)) (#match? @_t "(^|::)Err$")) @error.handler
(call_expression function: (field_expression field: (field_identifier) @_c) (#any-of? @_c "map_err" "or_else" "unwrap_or_else" "unwrap_or" "unwrap_or_default" "ok_or" "ok_or_else")) @error.handler
(let_declaration pattern: "_" value: [(call_expression) (await_expression) (macro_invocation)]) @error.swallowed
(expression_statement (call_expression function: (field_expression field: (field_identifier) @_c)) (#eq? @_c "ok")) @error.swallowed
(match_arm pattern: (match_pattern (tuple_struct_pattern type: (_) @_t)) value: [(block . "{" . "}" .) (unit_expression)] (#match? @_t "(^|::)Err$")) @error.swallowed

; Ways to stop the program
(call_expression function: (field_expression field: (field_identifier) @_c) (#any-of? @_c "unwrap" "expect" "unwrap_err" "expect_err" "unwrap_unchecked")) @panic
(call_expression function: (scoped_identifier) @_c (#match? @_c "process::(exit|abort)$")) @panic
(macro_invocation macro: (identifier) @_m (#any-of? @_m "panic" "unreachable" "todo" "unimplemented")) @panic

; Unsafe code
(unsafe_block) @unsafe
(function_item (function_modifiers "unsafe")) @unsafe
(impl_item "unsafe") @unsafe

; Concurrency
(await_expression) @concurrency
(call_expression function: [(identifier) @_c (scoped_identifier name: (identifier) @_c) (field_expression field: (field_identifier) @_c)] (#match? @_c "^(spawn|spawn_blocking|spawn_local|block_on|join_all|try_join_all|scope|par_iter|into_par_iter|channel|unbounded_channel)$")) @concurrency
(macro_invocation macro: [(identifier) @_m (scoped_identifier name: (identifier) @_m)] (#any-of? @_m "select" "join" "try_join")) @concurrency

; Calls by the words of their name
; Locks and atomics
((call_expression function: [(identifier) @_c (scoped_identifier name: (identifier) @_c) (field_expression field: (field_identifier) @_c)]) @lock
  (#match? @_c "(^|_)(?i:lock|unlock|mutex|semaphore|synchronized|acquire)([A-Z_0-9]|$)|(Lock|Unlock|Mutex|Semaphore|Synchronized|Acquire)([A-Z_0-9]|$)|^(compare_exchange|compareAndSet|CompareAndSwap|fetch_add|fetch_sub|RLock|RUnlock|tryLock|try_lock)"))

; Transactions
((call_expression function: [(identifier) @_c (scoped_identifier name: (identifier) @_c) (field_expression field: (field_identifier) @_c)]) @transaction
  (#match? @_c "(^|_)(?i:transaction|transactional|commit|rollback|savepoint)([A-Z_0-9]|$)|(Transaction|Transactional|Commit|Rollback|Savepoint)([A-Z_0-9]|$)|^(begin|beginTx|BeginTx|Begin|atomic|start_transaction|startTransaction)$"))

; Repeated tries
((call_expression function: [(identifier) @_c (scoped_identifier name: (identifier) @_c) (field_expression field: (field_identifier) @_c)]) @retry
  (#match? @_c "(^|_)(?i:retry|retries|backoff|sleep)([A-Z_0-9]|$)|(Retry|Retries|Backoff|Sleep)([A-Z_0-9]|$)"))

; Calls that destroy or cut off
((call_expression function: [(identifier) @_c (scoped_identifier name: (identifier) @_c) (field_expression field: (field_identifier) @_c)]) @destructive
  (#match? @_c "(^|_)(?i:delete|destroy|purge|drop|truncate|removeAll|remove_all|revoke|terminate|withdraw|disable|wipe|erase)([A-Z_0-9]|$)|(Delete|Destroy|Purge|Drop|Truncate|RemoveAll|Remove_all|Revoke|Terminate|Withdraw|Disable|Wipe|Erase)([A-Z_0-9]|$)"))

; Feature flags
((call_expression function: [(identifier) @_c (scoped_identifier name: (identifier) @_c) (field_expression field: (field_identifier) @_c)]) @flag
  (#match? @_c "(^|_)(?i:variation|featureFlag|feature_flag|featureEnabled|feature_enabled|flagEnabled|flag_enabled|flag_is_active|treatment|checkGate|check_gate)([A-Z_0-9]|$)|(Variation|FeatureFlag|Feature_flag|FeatureEnabled|Feature_enabled|FlagEnabled|Flag_enabled|Flag_is_active|Treatment|CheckGate|Check_gate)([A-Z_0-9]|$)|^(isEnabled|is_enabled|IsEnabled|useFlag|use_flag|isOn|is_on)$"))

; Other programs, foreign data, the environment
(call_expression function: (scoped_identifier) @_c (#match? @_c "(^|::)Command::new$")) @exec
(call_expression function: (scoped_identifier) @_c (#match? @_c "(bincode|rmp_serde|serde_pickle|ciborium|postcard)::.*(from_|deserialize)")) @deserialize
(call_expression function: (scoped_identifier) @_c (#match? @_c "(^|::)env::(var|var_os|vars)$")) @env
(macro_invocation macro: (identifier) @_m (#any-of? @_m "env" "option_env")) @env
(call_expression function: (scoped_identifier) @_c (#match? @_c "(^|::)(Regex|RegexBuilder|RegexSet)::new$")) @regex

; Literals that carry meaning
([(string_literal) (raw_string_literal)] @sql (#match? @sql "(?is)^[a-z]{0,2}#*[\"\\x27`]+\\s*(select\\s.+\\sfrom\\s|insert\\s+into\\s|update\\s+\\S+\\s+set\\s|delete\\s+from\\s|create\\s+(table|index|unique|or|view)\\s|alter\\s+table\\s|drop\\s+(table|index|column|database)\\s|truncate\\s|with\\s+\\S+\\s+as\\s*\\(|merge\\s+into\\s|grant\\s|revoke\\s)"))
(const_item name: (_) value: [(integer_literal) (float_literal) (binary_expression)]) @number
(static_item name: (_) value: [(integer_literal) (float_literal) (binary_expression)]) @number
(const_item name: (identifier) @_n (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(field_initializer field: (field_identifier) @_n value: [(integer_literal) (float_literal) (call_expression)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(let_declaration pattern: (identifier) @_n value: [(integer_literal) (float_literal)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(call_expression function: (field_expression field: (field_identifier) @_c) arguments: (arguments . [(integer_literal) (call_expression)]) (#match? @_c "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(call_expression function: (field_expression field: (field_identifier) @_c) arguments: (arguments . (boolean_literal) .) (#match? @_c "(^|_)(?i:verify|force|check|insecure|secure|validate|validation|ssl|tls|strict|safe|allow|skip|ignore|disable|bypass|trust|escape|csrf|auth|shell)([A-Z_0-9]|$)|(Verify|Force|Check|Insecure|Secure|Validate|Validation|Ssl|Tls|Strict|Safe|Allow|Skip|Ignore|Disable|Bypass|Trust|Escape|Csrf|Auth|Shell)([A-Z_0-9]|$)")) @argument.unsafe
(field_initializer field: (field_identifier) @_n value: (boolean_literal) (#match? @_n "(^|_)(?i:verify|force|check|insecure|secure|validate|validation|ssl|tls|strict|safe|allow|skip|ignore|disable|bypass|trust|escape|csrf|auth|shell)([A-Z_0-9]|$)|(Verify|Force|Check|Insecure|Secure|Validate|Validation|Ssl|Tls|Strict|Safe|Allow|Skip|Ignore|Disable|Bypass|Trust|Escape|Csrf|Auth|Shell)([A-Z_0-9]|$)")) @argument.unsafe

; Definitions and results
(attribute_item) @decorator
(return_expression) @return
(function_item name: (identifier) @_n (#eq? @_n "main")) @main
(attribute_item (attribute (identifier) @_n (#any-of? @_n "get" "post" "put" "delete" "patch" "head" "route"))) @route
(call_expression function: (field_expression field: (field_identifier) @_c) arguments: (arguments . (string_literal (string_content) @_p)) (#any-of? @_c "route" "nest" "get" "post" "put" "delete" "patch") (#match? @_p "^/")) @route

; Tests
(macro_invocation macro: (identifier) @_m (#match? @_m "^(debug_)?assert(_|$)")) @assertion
(attribute_item (attribute (identifier) @_n (#eq? @_n "ignore"))) @test.skip
