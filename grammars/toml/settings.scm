(pair . (_) @key . (_) @value) @setting
(table . (_) @key) @section
(table_array_element . (_) @key) @section.item
(array) @list
(array (_) @item)
