; What C++ adds to the constructs of C

(if_statement consequence: (throw_statement)) @guard
(if_statement consequence: (compound_statement (throw_statement))) @guard
(static_assert_declaration) @guard
(catch_clause) @error.handler
(catch_clause body: (compound_statement . "{" . "}" .)) @error.swallowed
(call_expression function: (qualified_identifier) @_c (#any-of? @_c "std::abort" "std::exit" "std::terminate" "std::quick_exit")) @panic
(noexcept) @panic
(call_expression function: (template_function name: (identifier) @_c) (#any-of? @_c "reinterpret_cast" "const_cast")) @unsafe
(call_expression function: (qualified_identifier) @_c (#any-of? @_c "std::memcpy" "std::memmove" "std::strcpy" "std::launder")) @unsafe
(delete_expression) @unsafe
(declaration type: (qualified_identifier) @_t (#match? @_t "^(std|boost|absl)::(lock_guard|unique_lock|shared_lock|scoped_lock|MutexLock|ReaderMutexLock)")) @lock
(field_declaration type: (qualified_identifier) @_t (#match? @_t "^std::(atomic|mutex|shared_mutex|recursive_mutex|condition_variable)")) @lock
(declaration type: (qualified_identifier) @_t (#match? @_t "^std::(thread|jthread|async|future|promise)")) @concurrency
(call_expression function: (qualified_identifier) @_c (#any-of? @_c "std::async" "std::thread" "std::jthread")) @concurrency
(co_await_expression) @concurrency
(call_expression function: (qualified_identifier) @_c (#any-of? @_c "std::system" "std::getenv")) @exec
(call_expression function: (qualified_identifier name: (identifier) @_c) (#match? @_c "$lock")) @lock
(declaration type: (qualified_identifier) @_t (#match? @_t "^(std|boost)::[a-z]*regex$")) @regex
(attribute_declaration) @decorator
