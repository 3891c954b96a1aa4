(pair key: (_) @key value: (_) @value) @setting
(array) @list
(array (_) @item)
