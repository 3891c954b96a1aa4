; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate; `"$lock"` is a pattern of words.toml.

; Early ways out
(if_statement consequence: [(return_statement) (throw_statement) (continue_statement) (break_statement)]) @guard
(if_statement consequence: (block [(return_statement) (throw_statement) (continue_statement) (break_statement)])) @guard
(invocation_expression function: (member_access_expression name: (identifier) @_c) (#match? @_c "^(ThrowIf[A-Z][A-Za-z]*|NotNull(OrEmpty|OrWhiteSpace)?)$")) @guard
(binary_expression operator: "??" right: (throw_expression)) @guard

; Conditions
(if_statement condition: (_) @condition)
(while_statement condition: (_) @condition)
(do_statement condition: (_) @condition)
(for_statement condition: (_) @condition)
(conditional_expression condition: (_) @condition)
(catch_filter_clause (_) @condition)

; Errors: handled, or dropped
(catch_clause) @error.handler
(catch_clause body: (block . "{" . "}" .)) @error.swallowed

; Ways to stop the program
(invocation_expression function: (member_access_expression expression: (identifier) @_o name: (identifier) @_c) (#eq? @_o "Environment") (#any-of? @_c "Exit" "FailFast")) @panic
(postfix_unary_expression (_) "!" .) @panic
(invocation_expression function: (member_access_expression name: (identifier) @_c) arguments: (argument_list . "(" . ")" .) (#any-of? @_c "First" "Single" "Last")) @panic

; Unsafe code
(unsafe_statement) @unsafe
(modifier "unsafe") @unsafe
(fixed_statement) @unsafe
(invocation_expression function: (member_access_expression expression: (identifier) @_o) (#any-of? @_o "Unsafe" "Marshal" "MemoryMarshal")) @unsafe

; Locks and concurrency
(lock_statement) @lock
(field_declaration (modifier "volatile")) @lock
(invocation_expression function: (member_access_expression expression: (identifier) @_o) (#any-of? @_o "Interlocked" "Monitor" "Volatile")) @lock
(object_creation_expression type: (identifier) @_t (#any-of? @_t "SemaphoreSlim" "Mutex" "ReaderWriterLockSlim" "ManualResetEvent" "AutoResetEvent" "CountdownEvent" "Barrier" "SpinLock")) @lock
(await_expression) @concurrency
(invocation_expression function: (member_access_expression expression: (identifier) @_o name: (identifier) @_c) (#any-of? @_o "Task" "Parallel" "ThreadPool") (#any-of? @_c "Run" "WhenAll" "WhenAny" "For" "ForEach" "ForEachAsync" "QueueUserWorkItem")) @concurrency
(object_creation_expression type: (identifier) @_t (#any-of? @_t "Thread" "Timer" "BackgroundWorker")) @concurrency
(invocation_expression function: (member_access_expression name: (identifier) @_c) (#eq? @_c "ConfigureAwait")) @concurrency

; Calls by the words of their name
(invocation_expression function: [(identifier) @_c (member_access_expression name: (identifier) @_c)] (#match? @_c "$lock")) @lock
(invocation_expression function: [(identifier) @_c (member_access_expression name: (identifier) @_c)] (#match? @_c "$transaction")) @transaction
(invocation_expression function: [(identifier) @_c (member_access_expression name: (identifier) @_c)] (#match? @_c "$retry")) @retry
(invocation_expression function: [(identifier) @_c (member_access_expression name: (identifier) @_c)] (#match? @_c "$destructive")) @destructive
(invocation_expression function: [(identifier) @_c (member_access_expression name: (identifier) @_c)] (#match? @_c "$flag")) @flag
(object_creation_expression type: (identifier) @_t (#any-of? @_t "TransactionScope")) @transaction

; Other programs, foreign data, the environment
(invocation_expression function: (member_access_expression expression: (identifier) @_o name: (identifier) @_c) (#eq? @_o "Process") (#eq? @_c "Start")) @exec
(object_creation_expression type: (identifier) @_t (#any-of? @_t "ProcessStartInfo")) @exec
(object_creation_expression type: (identifier) @_t (#any-of? @_t "BinaryFormatter" "SoapFormatter" "NetDataContractSerializer" "LosFormatter" "ObjectStateFormatter" "JavaScriptSerializer")) @deserialize
(assignment_expression left: [(identifier) @_n (member_access_expression name: (identifier) @_n)] (#eq? @_n "TypeNameHandling")) @deserialize
(invocation_expression function: (member_access_expression expression: (identifier) @_o name: (identifier) @_c) (#eq? @_o "Environment") (#match? @_c "^(GetEnvironmentVariables?|ExpandEnvironmentVariables)$")) @env
(object_creation_expression type: (identifier) @_t (#eq? @_t "Regex")) @regex
(invocation_expression function: (member_access_expression expression: (identifier) @_o) (#eq? @_o "Regex")) @regex
(invocation_expression function: (member_access_expression name: (identifier) @_c) (#match? @_c "^(FromSqlRaw|ExecuteSqlRaw(Async)?|SqlQueryRaw|ExecuteSqlCommand)$")) @exec

; Literals that carry meaning
([(string_literal) (verbatim_string_literal) (raw_string_literal) (interpolated_string_expression)] @sql (#match? @sql "$sql"))
(field_declaration (modifier "const") (variable_declaration (variable_declarator [(integer_literal) (real_literal) (binary_expression)]))) @number
(variable_declarator name: (identifier) @_n [(integer_literal) (real_literal) (invocation_expression) (binary_expression)] (#match? @_n "$limit")) @timeout
(assignment_expression left: [(identifier) @_n (member_access_expression name: (identifier) @_n)] right: [(integer_literal) (real_literal) (invocation_expression) (binary_expression)] (#match? @_n "$limit")) @timeout
(property_declaration name: (identifier) @_n value: [(integer_literal) (real_literal) (invocation_expression)] (#match? @_n "$limit")) @timeout
(argument name: (identifier) @_n [(integer_literal) (invocation_expression)] (#match? @_n "$limit")) @timeout
(argument name: (identifier) @_n (boolean_literal) (#match? @_n "$switch")) @argument.unsafe
(assignment_expression left: [(identifier) @_n (member_access_expression name: (identifier) @_n)] right: (boolean_literal) (#match? @_n "$switch")) @argument.unsafe

; Definitions and results
(attribute) @decorator
(return_statement (_) @return)
(method_declaration body: (arrow_expression_clause (_) @return))
(attribute name: (identifier) @_a (#match? @_a "^(Http(Get|Post|Put|Delete|Patch|Head|Options)|Route|ApiController)$")) @route
(invocation_expression function: (member_access_expression name: (identifier) @_c) (#match? @_c "^Map(Get|Post|Put|Delete|Patch|Methods|Group|Hub|ControllerRoute)$")) @route
(method_declaration (modifier "static") name: (identifier) @_n (#eq? @_n "Main")) @main

; Tests
(invocation_expression function: (member_access_expression expression: (identifier) @_o) (#any-of? @_o "Assert" "CollectionAssert" "StringAssert" "Verify")) @assertion
(invocation_expression function: (member_access_expression name: (identifier) @_c) (#match? @_c "^Should([A-Z]|$)")) @assertion
(attribute name: (identifier) @_a (#any-of? @_a "Ignore" "Explicit")) @test.skip
(attribute_argument . (identifier) @_n (#eq? @_n "Skip")) @test.skip
