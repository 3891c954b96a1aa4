; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate. Names of calls are compared word by word, in snake_case and camelCase.

; Early ways out
(if_statement consequence: [(return_statement) (throw_statement) (continue_statement) (break_statement)]) @guard
(if_statement consequence: (statement_block [(return_statement) (throw_statement) (continue_statement) (break_statement)])) @guard
(call_expression function: [(identifier) (member_expression)] @_c (#match? @_c "^(assert|invariant|console\\.assert)(\\.|$)")) @guard

; Conditions
(if_statement condition: (_) @condition)
(while_statement condition: (_) @condition)
(do_statement condition: (_) @condition)
(for_statement condition: (_) @condition)
(ternary_expression condition: (_) @condition)

; Errors: handled, or dropped
(catch_clause) @error.handler
(call_expression function: (member_expression property: (property_identifier) @_c) (#eq? @_c "catch")) @error.handler
(catch_clause body: (statement_block . "{" . "}" .)) @error.swallowed
(call_expression function: (member_expression property: (property_identifier) @_c) arguments: (arguments (arrow_function body: (statement_block . "{" . "}" .))) (#eq? @_c "catch")) @error.swallowed

; Ways to stop the program
(call_expression function: (member_expression) @_c (#any-of? @_c "process.exit" "process.abort" "Deno.exit")) @panic

; Concurrency
(await_expression) @concurrency
(call_expression function: (member_expression) @_c (#match? @_c "^(Promise\\.(all|allSettled|race|any)|process\\.nextTick)$")) @concurrency
(call_expression function: (identifier) @_c (#any-of? @_c "setTimeout" "setInterval" "setImmediate" "queueMicrotask")) @concurrency
(new_expression constructor: (identifier) @_c (#any-of? @_c "Worker" "SharedWorker" "BroadcastChannel")) @concurrency

; Calls by the words of their name
; Locks and atomics
((call_expression function: [(identifier) @_c (member_expression property: (property_identifier) @_c)]) @lock
  (#match? @_c "(^|_)(?i:lock|unlock|mutex|semaphore|synchronized|acquire)([A-Z_0-9]|$)|(Lock|Unlock|Mutex|Semaphore|Synchronized|Acquire)([A-Z_0-9]|$)|^(compare_exchange|compareAndSet|CompareAndSwap|fetch_add|fetch_sub|RLock|RUnlock|tryLock|try_lock)|^runExclusive$"))

; Transactions
((call_expression function: [(identifier) @_c (member_expression property: (property_identifier) @_c)]) @transaction
  (#match? @_c "(^|_)(?i:transaction|transactional|commit|rollback|savepoint)([A-Z_0-9]|$)|(Transaction|Transactional|Commit|Rollback|Savepoint)([A-Z_0-9]|$)|^(begin|beginTx|BeginTx|Begin|atomic|start_transaction|startTransaction)$"))

; Repeated tries
((call_expression function: [(identifier) @_c (member_expression property: (property_identifier) @_c)]) @retry
  (#match? @_c "(^|_)(?i:retry|retries|backoff|sleep)([A-Z_0-9]|$)|(Retry|Retries|Backoff|Sleep)([A-Z_0-9]|$)"))

; Calls that destroy or cut off
((call_expression function: [(identifier) @_c (member_expression property: (property_identifier) @_c)]) @destructive
  (#match? @_c "(^|_)(?i:delete|destroy|purge|drop|truncate|removeAll|remove_all|revoke|terminate|withdraw|disable|wipe|erase)([A-Z_0-9]|$)|(Delete|Destroy|Purge|Drop|Truncate|RemoveAll|Remove_all|Revoke|Terminate|Withdraw|Disable|Wipe|Erase)([A-Z_0-9]|$)|^(unlink|unlinkSync|rmSync|rmdir)$"))

; Feature flags
((call_expression function: [(identifier) @_c (member_expression property: (property_identifier) @_c)]) @flag
  (#match? @_c "(^|_)(?i:variation|featureFlag|feature_flag|featureEnabled|feature_enabled|flagEnabled|flag_enabled|flag_is_active|treatment|checkGate|check_gate)([A-Z_0-9]|$)|(Variation|FeatureFlag|Feature_flag|FeatureEnabled|Feature_enabled|FlagEnabled|Flag_enabled|Flag_is_active|Treatment|CheckGate|Check_gate)([A-Z_0-9]|$)|^(isEnabled|is_enabled|IsEnabled|useFlag|use_flag|isOn|is_on)$"))

; Other programs, foreign data, the environment
(call_expression function: (identifier) @_c (#any-of? @_c "eval" "exec" "execSync" "execFile" "execFileSync" "spawn" "spawnSync" "fork")) @exec
(call_expression function: (member_expression) @_c (#match? @_c "^(child_process|cp|shell|vm|Bun|Deno)\\.(exec|execSync|execFile|spawn|spawnSync|fork|runIn[A-Za-z]+|run|Command)$")) @exec
(new_expression constructor: (identifier) @_c (#eq? @_c "Function")) @exec
(assignment_expression left: (member_expression property: (property_identifier) @_p) (#any-of? @_p "innerHTML" "outerHTML")) @exec
(call_expression function: (member_expression) @_c (#match? @_c "^(v8\\.deserialize|(js)?[yY][aA][mM][lL]\\.(load|loadAll|unsafeLoad)|serialize\\.unserialize)$|\\.unserialize$")) @deserialize
(member_expression object: (member_expression) @_o (#any-of? @_o "process.env" "import.meta.env" "Bun.env")) @env
(subscript_expression object: (member_expression) @_o (#any-of? @_o "process.env" "import.meta.env" "Bun.env")) @env
(regex) @regex
(new_expression constructor: (identifier) @_c (#eq? @_c "RegExp")) @regex

; Literals that carry meaning
([(string) (template_string)] @sql (#match? @sql "(?is)^[a-z]{0,2}#*[\"\\x27`]+\\s*(select\\s.+\\sfrom\\s|insert\\s+into\\s|update\\s+\\S+\\s+set\\s|delete\\s+from\\s|create\\s+(table|index|unique|or|view)\\s|alter\\s+table\\s|drop\\s+(table|index|column|database)\\s|truncate\\s|with\\s+\\S+\\s+as\\s*\\(|merge\\s+into\\s|grant\\s|revoke\\s)"))
(variable_declarator name: (identifier) @_n value: [(number) (binary_expression) (unary_expression)] (#match? @_n "^[A-Z][A-Z0-9_]+$")) @number
(variable_declarator name: (identifier) @_n value: [(number) (binary_expression) (null) (undefined)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(pair key: (property_identifier) @_n value: [(number) (binary_expression) (null) (undefined)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(assignment_expression left: (member_expression property: (property_identifier) @_n) right: [(number) (binary_expression)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(pair key: (property_identifier) @_n value: [(true) (false)] (#match? @_n "(?i)verify|force|check|secure|validat|ssl|tls|strict|safe|allow|skip|ignore|disable|bypass|trust|escape|csrf|auth|reject|shell|sandbox|csp|httpOnly")) @argument.unsafe

; Definitions and results
(decorator) @decorator
(return_statement (_) @return)
; an expression: an object in its place would stand in brackets
(arrow_function body: (_) @return (#not-match? @return "^\\{"))
(call_expression function: (member_expression property: (property_identifier) @_c) arguments: (arguments . [(string) (template_string)] @_p) (#any-of? @_c "get" "post" "put" "delete" "patch" "all" "use" "route" "options" "head") (#match? @_p "^.(/|\\*)")) @route
(decorator (call_expression function: (identifier) @_c) (#any-of? @_c "Get" "Post" "Put" "Delete" "Patch" "Controller" "All" "Query" "Mutation")) @route
(program (function_declaration name: (identifier) @_n) @main (#eq? @_n "main"))

; Tests
(call_expression function: (identifier) @_c (#any-of? @_c "expect" "assert" "assertEquals")) @assertion
(call_expression function: (member_expression) @_c (#match? @_c "^(assert|t|expect)\\.[a-zA-Z]+$")) @assertion
(call_expression function: (member_expression) @_c (#match? @_c "^(it|test|describe|context|suite|t)\\.(skip|only|todo|fixme|fails|failing|skipIf|runIf)$")) @test.skip
(call_expression function: (identifier) @_c (#any-of? @_c "xit" "xdescribe" "xtest" "fit" "fdescribe")) @test.skip
