; Constructs that rules ask about, of C and C++. The name of a capture is the name of the mark; names that begin with `_`
; only help a predicate; `"$lock"` is a pattern of words.toml.

; Early ways out
(if_statement consequence: [(return_statement) (goto_statement) (continue_statement) (break_statement)]) @guard
(if_statement consequence: (compound_statement [(return_statement) (goto_statement) (continue_statement) (break_statement)])) @guard
(call_expression function: (identifier) @_c (#match? @_c "^(assert|ASSERT|static_assert|DEBUGASSERT|[A-Z_]*(ASSERT|VERIFY|RETURN_IF|OR_RETURN|OR_ERR_RET|BUG_ON|WARN_ON)[A-Z_]*)$")) @guard

; Conditions
(if_statement condition: (_) @condition)
(while_statement condition: (_) @condition)
(do_statement condition: (_) @condition)
(for_statement condition: (_) @condition)
(conditional_expression condition: (_) @condition)

; Errors: handled, or dropped
(goto_statement label: (statement_identifier) @_l (#match? @_l "(?i)err|fail|out|done|exit|cleanup|end|bail|free|unlock|abort")) @error.handler
(if_statement condition: (_ (binary_expression left: (identifier) @_l operator: ["<" "!="] right: (number_literal) @_r)) (#match? @_l "^(rc|ret|err|errno|error|result|status|res|rv)$") (#eq? @_r "0")) @error.handler

; Ways to stop the program
(call_expression function: (identifier) @_c (#match? @_c "^(abort|exit|_exit|_Exit|quick_exit|panic|BUG|rte_panic|rte_exit|__builtin_trap|__builtin_unreachable)$")) @panic

; Calls that write without a bound, or take memory as something else
(call_expression function: (identifier) @_c (#any-of? @_c "strcpy" "strcat" "sprintf" "vsprintf" "gets" "scanf" "sscanf" "strncpy" "strncat" "alloca" "memcpy" "memmove" "wcscpy" "wcscat" "stpcpy")) @unsafe
(call_expression function: (identifier) @_c (#eq? @_c "realloc")) @unsafe
(gnu_asm_expression) @unsafe

; Locks and concurrency
(call_expression function: (identifier) @_c (#match? @_c "^(pthread_(mutex|rwlock|spin|cond|barrier)_|(spin|mutex|rwlock|rte_spinlock|rte_rwlock|rcu_read)_?(un)?lock|__atomic_|__sync_|atomic_|smp_|rte_atomic|rte_smp_|READ_ONCE|WRITE_ONCE|mb$|wmb$|rmb$)")) @lock
(type_qualifier "volatile") @lock
(type_qualifier "_Atomic") @lock
(call_expression function: (identifier) @_c (#any-of? @_c "pthread_create" "fork" "vfork" "thrd_create" "kthread_run" "queue_work" "schedule_work" "signal" "sigaction")) @concurrency

; Calls by the words of their name
(call_expression function: [(identifier) @_c (field_expression field: (field_identifier) @_c)] (#match? @_c "$lock")) @lock
(call_expression function: [(identifier) @_c (field_expression field: (field_identifier) @_c)] (#match? @_c "$transaction")) @transaction
(call_expression function: [(identifier) @_c (field_expression field: (field_identifier) @_c)] (#match? @_c "$retry")) @retry
(call_expression function: [(identifier) @_c (field_expression field: (field_identifier) @_c)] (#match? @_c "$destructive")) @destructive
(call_expression function: [(identifier) @_c (field_expression field: (field_identifier) @_c)] (#match? @_c "$flag")) @flag

; Other programs, the environment, patterns
(call_expression function: (identifier) @_c (#match? @_c "^(system|popen|execl|execlp|execle|execv|execvp|execve|posix_spawnp?|dlopen|CreateProcess[AW]?|ShellExecute(Ex)?[AW]?)$")) @exec
(call_expression function: (identifier) @_c (#any-of? @_c "getenv" "secure_getenv" "setenv" "putenv")) @env
(call_expression function: (identifier) @_c (#any-of? @_c "regcomp" "pcre_compile" "pcre2_compile")) @regex

; Literals that carry meaning
((string_literal) @sql (#match? @sql "$sql"))
(preproc_def name: (identifier) value: (preproc_arg) @_v (#match? @_v "^\\s*\\(*-?(0[xX][0-9a-fA-F]+|[0-9]+)")) @number
(preproc_def name: (identifier) @_n value: (preproc_arg) @_v (#match? @_v "^\\s*\\(*-?[0-9]") (#match? @_n "(^|_)(TIMEOUT|TTL|RETRY|RETRIES|LIMIT|MAX|MIN|POOL|DEADLINE|INTERVAL|EXPIRY|ATTEMPTS|BATCH)(_|S|$)")) @timeout
(init_declarator declarator: (identifier) @_n value: [(number_literal) (binary_expression)] (#match? @_n "$limit")) @timeout
(assignment_expression left: [(identifier) @_n (field_expression field: (field_identifier) @_n)] right: [(number_literal) (binary_expression)] (#match? @_n "$limit")) @timeout
(initializer_pair designator: (field_designator (field_identifier) @_n) value: [(number_literal) (binary_expression)] (#match? @_n "$limit")) @timeout
(assignment_expression left: [(identifier) @_n (field_expression field: (field_identifier) @_n)] right: [(true) (false)] (#match? @_n "$switch")) @argument.unsafe
(call_expression arguments: (argument_list (identifier) @_n . [(number_literal) (false) (true)]) (#match? @_n "VERIFY")) @argument.unsafe

; Results
(return_statement (_) @return)
(function_definition declarator: (function_declarator declarator: (identifier) @_n) (#any-of? @_n "main" "WinMain" "wmain")) @main

; Tests
(call_expression function: (identifier) @_c (#match? @_c "^(ck_assert[a-z_]*|assert_[a-z_]+|TEST_ASSERT[A-Z_]*|(EXPECT|ASSERT)_[A-Z_]+|CHECK|REQUIRE|fail_unless|abort_unless|BOOST_(CHECK|REQUIRE|TEST)[A-Z_]*|CU_ASSERT[A-Z_]*)$")) @assertion
