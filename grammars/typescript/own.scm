; What JavaScript has not, or writes otherwise
(non_null_expression) @panic
(public_field_definition name: (_) @_n value: [(number) (binary_expression)] (#match? @_n "(^|_)(?i:timeout|ttl|retry|retries|limit|max|min|pool|deadline|interval|expiry|expires|expiration|attempts|concurrency|batch)(s|_ms|_secs)?([A-Z_0-9]|$)|(Timeout|Ttl|TTL|Retry|Retries|Limit|Max|Pool|Deadline|Interval|Expiry|Expires|Attempts|Concurrency)s?([A-Z_0-9]|$)")) @timeout
