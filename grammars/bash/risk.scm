; Constructs that rules ask about. The name of a capture is the name of the mark; names that begin with `_` only help a
; predicate; `"$lock"` is a pattern of words.toml.

; Early ways out
(if_statement (command name: (command_name) @_c) (#any-of? @_c "exit" "return" "die" "fatal" "continue" "break")) @guard
(list "||" (command name: (command_name) @_c) (#any-of? @_c "exit" "return" "die" "fatal" "continue")) @guard
(list "||" (compound_statement (command name: (command_name) @_c)) (#any-of? @_c "exit" "return" "die")) @guard
(expansion operator: [":?" "?"]) @guard

; Conditions
(if_statement condition: (_) @condition)
(elif_clause . (_) @condition)
(while_statement condition: (_) @condition)
(list . (test_command) @condition)

; Errors: handled, or dropped
(command name: (command_name) @_c argument: (_) @_a (#eq? @_c "set") (#match? @_a "^-[a-z]*[eu]|^-o$|^pipefail$|^errexit$")) @error.handler
(command name: (command_name) @_c (#eq? @_c "trap")) @error.handler
(list "||" [(command name: (command_name) @_c)] (#any-of? @_c "true" ":")) @error.swallowed
(command name: (command_name) @_c argument: (_) @_a (#eq? @_c "set") (#match? @_a "^\\+[a-z]*[eu]")) @error.swallowed

; Destroying, or cutting off
(command name: (command_name) @_c argument: (_) @_a (#eq? @_c "rm") (#match? @_a "^-[a-zA-Z]*[rRf]|^--recursive|^--force")) @destructive
(command name: (command_name) @_c (#any-of? @_c "dd" "mkfs" "shred" "fdisk" "wipefs" "truncate" "dropdb" "userdel" "kill" "pkill" "killall" "shutdown" "reboot")) @destructive
(command name: (command_name) @_c argument: (_) @_a (#any-of? @_c "git" "kubectl" "docker" "terraform" "helm" "aws" "gcloud" "az" "redis-cli") (#match? @_a "^(delete|destroy|uninstall|rm|prune|FLUSHALL|flushall|FLUSHDB|terminate-instances|clean)$|^--(force|delete|mirror)$|^-f$")) @destructive

; Other programs and the environment
(command name: (command_name) @_c (#any-of? @_c "eval" "xargs" "sudo" "ssh")) @exec
; with redirections alone, `exec` runs nothing
(command name: (command_name) @_c . argument: (_) (#eq? @_c "exec")) @exec
(pipeline (command name: (command_name) @_f) (command name: (command_name) @_c) (#any-of? @_f "curl" "wget" "fetch") (#any-of? @_c "sh" "bash" "zsh" "python" "python3" "perl" "ruby" "node" "sudo")) @exec
(command name: (command_name) @_c (#any-of? @_c "chmod" "chown" "setfacl" "iptables" "ufw" "setenforce")) @unsafe

; Locks and concurrency
(command name: (command_name) @_c (#any-of? @_c "flock" "lockfile" "semaphore")) @lock
(command name: (command_name) @_c (#any-of? @_c "wait" "nohup" "parallel")) @concurrency
(command name: (command_name) @_c (#any-of? @_c "sleep" "retry")) @retry

; Literals that carry meaning
(variable_assignment name: (variable_name) @_n value: (number) (#match? @_n "(?i)timeout|ttl|retr(y|ies)|limit|max|min_|pool|deadline|interval|expir|attempts")) @timeout
(command name: (command_name) @_c argument: (number) (#eq? @_c "timeout")) @timeout
(command argument: (word) @_a (#match? @_a "^--(insecure|no-check-certificate|no-verify|allow-unauthenticated|skip-[a-z-]+|no-gpg-check|trusted-host)")) @argument.unsafe
(command name: (command_name) @_c argument: (word) @_a (#any-of? @_c "curl") (#match? @_a "^-[a-zA-Z]*k[a-zA-Z]*$")) @argument.unsafe
(command name: (command_name) @_c argument: (_) @return (#any-of? @_c "return" "exit"))
(function_definition name: (word) @_n (#eq? @_n "main")) @main
