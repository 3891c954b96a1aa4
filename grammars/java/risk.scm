; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate. Names of calls are compared word by word, in snake_case and camelCase.

; Early ways out
(if_statement consequence: [(return_statement) (throw_statement) (continue_statement) (break_statement)]) @guard
(if_statement consequence: (block [(return_statement) (throw_statement) (continue_statement) (break_statement)])) @guard
(assert_statement) @guard
(method_invocation name: (identifier) @_c (#match? @_c "^(requireNonNull|checkNotNull|checkArgument|checkState|notNull|isTrue|hasText|notEmpty)$")) @guard

; Conditions
(if_statement condition: (_) @condition)
(while_statement condition: (_) @condition)
(do_statement condition: (_) @condition)
(for_statement condition: (_) @condition)
(ternary_expression condition: (_) @condition)

; Errors: handled, or dropped
(catch_clause) @error.handler
(catch_clause body: (block . "{" . "}" .)) @error.swallowed

; Ways to stop the program
(method_invocation object: (_) @_o name: (identifier) @_c (#any-of? @_o "System" "Runtime.getRuntime()") (#any-of? @_c "exit" "halt")) @panic
(method_invocation object: (_) @_o name: (identifier) @_c arguments: (argument_list . "(" . ")" .) (#any-of? @_c "get" "orElseThrow" "getAsInt" "getAsLong") (#match? @_o "(?i)optional|findFirst\\(\\)$|findAny\\(\\)$|\\.findById\\(")) @panic

; Unsafe code
(method_invocation object: (_) @_o (#match? @_o "(^|\\.)(UNSAFE|unsafe|Unsafe)$")) @unsafe
(method_invocation name: (identifier) @_c (#eq? @_c "setAccessible")) @unsafe

; Locks and concurrency
(synchronized_statement) @lock
(method_declaration (modifiers "synchronized")) @lock
(field_declaration (modifiers "volatile")) @lock
(object_creation_expression type: (_) @_t (#match? @_t "^(ReentrantLock|ReentrantReadWriteLock|StampedLock|Semaphore|CountDownLatch|CyclicBarrier|Atomic[A-Za-z]+)")) @lock
(object_creation_expression type: (_) @_t (#match? @_t "^(Thread|ThreadPoolExecutor|ForkJoinPool|Timer|CompletableFuture)")) @concurrency
(method_invocation name: (identifier) @_c (#match? @_c "^(submit|execute|supplyAsync|runAsync|invokeAll|parallelStream|parallel|start|schedule|scheduleAtFixedRate|newFixedThreadPool|newCachedThreadPool|newVirtualThreadPerTaskExecutor)$")) @concurrency

; Calls by the words of their name
; Locks and atomics
((method_invocation name: (identifier) @_c) @lock
  (#match? @_c "(^|_)(?i:lock|unlock|mutex|semaphore|synchronized|acquire)([A-Z_0-9]|$)|(Lock|Unlock|Mutex|Semaphore|Synchronized|Acquire)([A-Z_0-9]|$)|^(compare_exchange|compareAndSet|CompareAndSwap|fetch_add|fetch_sub|RLock|RUnlock|tryLock|try_lock)"))

; Transactions
((method_invocation name: (identifier) @_c) @transaction
  (#match? @_c "(^|_)(?i:transaction|transactional|commit|rollback|savepoint)([A-Z_0-9]|$)|(Transaction|Transactional|Commit|Rollback|Savepoint)([A-Z_0-9]|$)|^(begin|beginTx|BeginTx|Begin|atomic|start_transaction|startTransaction)$"))

; Repeated tries
((method_invocation name: (identifier) @_c) @retry
  (#match? @_c "(^|_)(?i:retry|retries|backoff|sleep)([A-Z_0-9]|$)|(Retry|Retries|Backoff|Sleep)([A-Z_0-9]|$)"))

; Calls that destroy or cut off
((method_invocation name: (identifier) @_c) @destructive
  (#match? @_c "(^|_)(?i:delete|destroy|purge|drop|truncate|removeAll|remove_all|revoke|terminate|withdraw|disable|wipe|erase)([A-Z_0-9]|$)|(Delete|Destroy|Purge|Drop|Truncate|RemoveAll|Remove_all|Revoke|Terminate|Withdraw|Disable|Wipe|Erase)([A-Z_0-9]|$)"))

; Feature flags
((method_invocation name: (identifier) @_c) @flag
  (#match? @_c "(^|_)(?i:variation|featureFlag|feature_flag|featureEnabled|feature_enabled|flagEnabled|flag_enabled|flag_is_active|treatment|checkGate|check_gate)([A-Z_0-9]|$)|(Variation|FeatureFlag|Feature_flag|FeatureEnabled|Feature_enabled|FlagEnabled|Flag_enabled|Flag_is_active|Treatment|CheckGate|Check_gate)([A-Z_0-9]|$)|^(isEnabled|is_enabled|IsEnabled|useFlag|use_flag|isOn|is_on)$"))

; Other programs, foreign data, the environment
(method_invocation object: (_) @_o name: (identifier) @_c (#match? @_o "Runtime") (#eq? @_c "exec")) @exec
(object_creation_expression type: (type_identifier) @_t (#any-of? @_t "ProcessBuilder" "ScriptEngineManager" "GroovyShell")) @exec
(object_creation_expression type: (type_identifier) @_t (#any-of? @_t "ObjectInputStream" "XMLDecoder" "Yaml" "XStream")) @deserialize
(method_invocation name: (identifier) @_c (#any-of? @_c "readObject" "readUnshared" "enableDefaultTyping" "activateDefaultTyping" "fromXML")) @deserialize
(method_invocation object: (identifier) @_o name: (identifier) @_c (#eq? @_o "System") (#any-of? @_c "getenv" "getProperty")) @env
(method_invocation object: (identifier) @_o (#eq? @_o "Pattern")) @regex
(method_invocation name: (identifier) @_c arguments: (argument_list . (string_literal)) (#any-of? @_c "matches" "replaceAll" "replaceFirst")) @regex

; Literals that carry meaning
((string_literal) @sql (#match? @sql "(?is)^[a-z]{0,2}#*[\"\\x27`]+\\s*(select\\s.+\\sfrom\\s|insert\\s+into\\s|update\\s+\\S+\\s+set\\s|delete\\s+from\\s|create\\s+(table|index|unique|or|view)\\s|alter\\s+table\\s|drop\\s+(table|index|column|database)\\s|truncate\\s|with\\s+\\S+\\s+as\\s*\\(|merge\\s+into\\s|grant\\s|revoke\\s)"))
(field_declaration declarator: (variable_declarator name: (identifier) @_n value: [(decimal_integer_literal) (decimal_floating_point_literal) (binary_expression)]) (#match? @_n "^[A-Z][A-Z0-9_]+$")) @number
(variable_declarator name: (identifier) @_n value: [(decimal_integer_literal) (decimal_floating_point_literal) (binary_expression)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(assignment_expression left: [(identifier) @_n (field_access field: (identifier) @_n)] right: [(decimal_integer_literal) (decimal_floating_point_literal) (binary_expression)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(method_invocation name: (identifier) @_c arguments: (argument_list . [(decimal_integer_literal) (method_invocation) (binary_expression)]) (#match? @_c "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(element_value_pair key: (identifier) @_n value: (decimal_integer_literal) (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
(method_invocation name: (identifier) @_c arguments: (argument_list . [(true) (false)] .) (#match? @_c "(^|_)(?i:verify|force|check|insecure|secure|validate|validation|ssl|tls|strict|safe|allow|skip|ignore|disable|bypass|trust|escape|csrf|auth|shell)([A-Z_0-9]|$)|(Verify|Force|Check|Insecure|Secure|Validate|Validation|Ssl|Tls|Strict|Safe|Allow|Skip|Ignore|Disable|Bypass|Trust|Escape|Csrf|Auth|Shell)([A-Z_0-9]|$)")) @argument.unsafe
(element_value_pair key: (identifier) @_n value: [(true) (false)] (#match? @_n "(^|_)(?i:verify|force|check|insecure|secure|validate|validation|ssl|tls|strict|safe|allow|skip|ignore|disable|bypass|trust|escape|csrf|auth|shell)([A-Z_0-9]|$)|(Verify|Force|Check|Insecure|Secure|Validate|Validation|Ssl|Tls|Strict|Safe|Allow|Skip|Ignore|Disable|Bypass|Trust|Escape|Csrf|Auth|Shell)([A-Z_0-9]|$)|^required$")) @argument.unsafe

; Definitions and results
(marker_annotation) @decorator
(annotation) @decorator
(return_statement (_) @return)
([(marker_annotation name: (identifier) @_a) (annotation name: (identifier) @_a)] @route (#match? @_a "^(RequestMapping|GetMapping|PostMapping|PutMapping|DeleteMapping|PatchMapping|Path|GET|POST|PUT|DELETE|PATCH)$"))
([(marker_annotation name: (identifier) @_a) (annotation name: (identifier) @_a)] @transaction (#eq? @_a "Transactional"))
([(marker_annotation name: (identifier) @_a) (annotation name: (identifier) @_a)] @retry (#match? @_a "^(Retry|Retryable|Backoff)$"))
(method_declaration (modifiers "static") name: (identifier) @_n (#eq? @_n "main")) @main

; Tests
(method_invocation name: (identifier) @_c (#match? @_c "^(assert([A-Z]|$)|verify$|fail$|expect[A-Z]?)")) @assertion
([(marker_annotation name: (identifier) @_a) (annotation name: (identifier) @_a)] @test.skip (#match? @_a "^(Disabled|Ignore|DisabledOnOs|DisabledIf|EnabledIf)$"))
