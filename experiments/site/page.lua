-- SPDX-License-Identifier: GPL-3.0-or-later
-- A page of one folder as a part of one file: `path` is its place in the tree, `pages` are those that
-- are there, blanks between. Its headings are called after it, one level down, and links go to others.
local path, folder, known = "", "", {}

local function named(file)
    return (file:gsub("[^%w]", "-"))
end

-- folder/../other/x.md -> other/x.md
local function resolve(target)
    local parts = {}
    for part in (folder .. target):gmatch("[^/]+") do
        if part == ".." then table.remove(parts)
        elseif part ~= "." then table.insert(parts, part) end
    end
    return table.concat(parts, "/")
end

local function set_up(meta)
    path = pandoc.utils.stringify(meta.path)
    folder = path:match("^(.*/)") or ""
    for page in pandoc.utils.stringify(meta.pages):gmatch("%S+") do known[page] = true end
end

local function header(block)
    block.identifier = named(path) .. "--" .. block.identifier
    block.level = math.min(block.level + 1, 6)
    return block
end

local function link(inline)
    local target, part = inline.target:match("^([^#]*)#?(.*)$")
    if target:match("^%a+:") then return nil end
    local file = target == "" and path or resolve(target)
    if not known[file] then file = file .. "/README.md" end
    if not known[file] then return inline.content end
    inline.target = "#" .. named(file) .. (part ~= "" and "--" .. part or "")
    return inline
end

local function image(inline)
    local pipe = assert(io.popen("base64 -w0 '" .. resolve(inline.src) .. "'"))
    inline.src = "data:image/svg+xml;base64," .. pipe:read("a")
    pipe:close()
    return inline
end

return {{Meta = set_up}, {Header = header, Link = link, Image = image}}
