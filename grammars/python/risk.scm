; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate. Names of calls are compared word by word, in snake_case and camelCase.

; Early ways out
(if_statement consequence: (block [(return_statement) (raise_statement) (continue_statement) (break_statement)])) @guard
(assert_statement) @guard

; Conditions
(if_statement condition: (_) @condition)
(elif_clause condition: (_) @condition)
(while_statement condition: (_) @condition)
(conditional_expression (_) . "if" . (_) @condition)

; Errors: handled, or dropped
(except_clause) @error.handler
(except_clause (block . [(pass_statement) (continue_statement) (expression_statement (ellipsis))] .)) @error.swallowed
(with_item value: (call function: (_) @_c) (#match? @_c "(^|\\.)suppress$")) @error.swallowed

; Ways to stop the program
(call function: [(identifier) (attribute)] @_c (#any-of? @_c "sys.exit" "os._exit" "os.abort" "exit" "quit")) @panic
(raise_statement (_) @_e (#match? @_e "^(SystemExit|NotImplementedError)")) @panic

; Concurrency
(await) @concurrency
(call function: [(identifier) @_c (attribute attribute: (identifier) @_c)] (#any-of? @_c "Thread" "Process" "ThreadPoolExecutor" "ProcessPoolExecutor" "gather" "create_task" "ensure_future" "run_in_executor" "submit" "apply_async" "delay" "TaskGroup")) @concurrency
(with_item value: (_) @lock (#match? @lock "(?i)(^|[_.])(lock|mutex|semaphore)\\b"))
(with_item value: (_) @transaction (#match? @transaction "(^|\\.)(atomic|transaction|begin|begin_nested)\\b"))

; Calls by the words of their name
; Locks and atomics
((call function: [(identifier) @_c (attribute attribute: (identifier) @_c)]) @lock
  (#match? @_c "(^|_)(?i:lock|mutex|semaphore|acquire)([A-Z_0-9]|$)|(Lock|Mutex|Semaphore|Acquire)([A-Z_0-9]|$)|^(Lock|RLock|select_for_update)$"))

; Transactions
((call function: [(identifier) @_c (attribute attribute: (identifier) @_c)]) @transaction
  (#match? @_c "(^|_)(?i:transaction|transactional|commit|rollback|savepoint)([A-Z_0-9]|$)|(Transaction|Transactional|Commit|Rollback|Savepoint)([A-Z_0-9]|$)|^(begin|beginTx|BeginTx|Begin|atomic|start_transaction|startTransaction)$"))

; Repeated tries
((call function: [(identifier) @_c (attribute attribute: (identifier) @_c)]) @retry
  (#match? @_c "(^|_)(?i:retry|retries|backoff|sleep)([A-Z_0-9]|$)|(Retry|Retries|Backoff|Sleep)([A-Z_0-9]|$)"))

; Calls that destroy or cut off
((call function: [(identifier) @_c (attribute attribute: (identifier) @_c)]) @destructive
  (#match? @_c "(^|_)(?i:delete|destroy|purge|drop|truncate|removeAll|remove_all|revoke|terminate|withdraw|disable|wipe|erase)([A-Z_0-9]|$)|(Delete|Destroy|Purge|Drop|Truncate|RemoveAll|Remove_all|Revoke|Terminate|Withdraw|Disable|Wipe|Erase)([A-Z_0-9]|$)|^(rmtree|unlink|drop_all)$"))

; Feature flags
((call function: [(identifier) @_c (attribute attribute: (identifier) @_c)]) @flag
  (#match? @_c "(^|_)(?i:variation|featureFlag|feature_flag|featureEnabled|feature_enabled|flagEnabled|flag_enabled|flag_is_active|treatment|checkGate|check_gate)([A-Z_0-9]|$)|(Variation|FeatureFlag|Feature_flag|FeatureEnabled|Feature_enabled|FlagEnabled|Flag_enabled|Flag_is_active|Treatment|CheckGate|Check_gate)([A-Z_0-9]|$)|^(isEnabled|is_enabled|IsEnabled|useFlag|use_flag|isOn|is_on)$"))

; Other programs, foreign data, the environment
(call function: (identifier) @_c (#any-of? @_c "eval" "exec" "compile" "__import__" "Popen")) @exec
(call function: (attribute) @_c (#match? @_c "^(os\\.(system|popen|exec[a-z]*|spawn[a-z]*)|subprocess\\.[a-zA-Z_]+|asyncio\\.create_subprocess_[a-z]+)$")) @exec
(call function: (attribute) @_c (#match? @_c "^(c?[pP]ickle|marshal|shelve|dill|joblib|jsonpickle)\\.(loads?|open|Unpickler|decode)$|^yaml\\.(load|full_load|unsafe_load)(_all)?$|^torch\\.load$")) @deserialize
(call function: (attribute) @_c (#match? @_c "(^|\\.)(environ\\.get|getenv)$")) @env
(subscript value: (_) @_v (#match? @_v "(^|\\.)environ$")) @env
(call function: (attribute) @_c (#match? @_c "^re\\.(compile|match|fullmatch|search|sub|subn|split|findall|finditer)$")) @regex

; Literals that carry meaning
((string) @sql (#match? @sql "(?is)^[a-z]{0,2}#*[\"\\x27`]+\\s*(select\\s.+\\sfrom\\s|insert\\s+into\\s|update\\s+\\S+\\s+set\\s|delete\\s+from\\s|create\\s+(table|index|unique|or|view)\\s|alter\\s+table\\s|drop\\s+(table|index|column|database)\\s|truncate\\s|with\\s+\\S+\\s+as\\s*\\(|merge\\s+into\\s|grant\\s|revoke\\s)"))
(assignment left: (identifier) @_n right: [(integer) (float) (binary_operator) (unary_operator)] (#match? @_n "^[A-Z][A-Z0-9_]+$")) @number
(assignment left: [(identifier) @_n (attribute attribute: (identifier) @_n)] right: [(integer) (float) (none)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(keyword_argument name: (identifier) @_n value: [(integer) (float) (none)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(default_parameter name: (identifier) @_n value: [(integer) (float) (none)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(keyword_argument name: (identifier) @_n value: [(true) (false)] (#match? @_n "(^|_)(?i:verify|force|check|insecure|secure|validate|validation|ssl|tls|strict|safe|allow|skip|ignore|disable|bypass|trust|escape|csrf|auth|shell)([A-Z_0-9]|$)|(Verify|Force|Check|Insecure|Secure|Validate|Validation|Ssl|Tls|Strict|Safe|Allow|Skip|Ignore|Disable|Bypass|Trust|Escape|Csrf|Auth|Shell)([A-Z_0-9]|$)")) @argument.unsafe

; Definitions and results
(decorator) @decorator
(return_statement (_) @return)
(decorator (call function: (attribute attribute: (identifier) @_c)) (#any-of? @_c "route" "get" "post" "put" "delete" "patch" "head" "options" "websocket" "api_route")) @route
(call function: (identifier) @_c arguments: (argument_list . (string)) (#any-of? @_c "path" "re_path" "url")) @route
(decorator [(attribute) @_d (call function: (attribute) @_d)] (#match? @_d "\\.(atomic|transactional)$")) @transaction
(decorator [(identifier) @_d (call function: (identifier) @_d)] (#match? @_d "^(retry|backoff)$")) @retry
(if_statement condition: (comparison_operator (identifier) @_n (string) @_s) (#eq? @_n "__name__") (#match? @_s "__main__")) @main
(module (function_definition name: (identifier) @_n) @main (#eq? @_n "main"))

; Tests
(assert_statement) @assertion
(call function: (attribute attribute: (identifier) @_c) (#match? @_c "^assert([A-Z_]|$)")) @assertion
(with_item value: (call function: (_) @_c) (#match? @_c "(^|\\.)(raises|warns|assertRaises)$")) @assertion
(decorator (_) @_d (#match? @_d "(^|\\.)(skip|skipif|skipIf|skipUnless|xfail|expectedFailure)\\b")) @test.skip
(call function: (attribute) @_c (#match? @_c "^(pytest\\.(skip|xfail)|self\\.skipTest)$")) @test.skip
