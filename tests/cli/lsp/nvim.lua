-- What somebody does in Neovim who writes rules, step by step; run by nvim.sh. Each step waits for what it asked for.
local folder, program = os.getenv("FOLDER"), os.getenv("FWSIM")
local file = folder .. "/rules.v4"

local function fail(text)
  io.stderr:write("nvim.lua: " .. text .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(20000, condition, 20) then fail("in vain: " .. what .. "\n" .. vim.inspect(vim.diagnostic.get(0))) end
end

local function check(what, good)
  if not good then fail("not so: " .. what) end
end

local function line(number) return vim.api.nvim_buf_get_lines(0, number - 1, number, false)[1] end
local function set_line(number, text) vim.api.nvim_buf_set_lines(0, number - 1, number, false, { text }) end
local function codes()
  local list = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do list[d.code or ""] = d end
  return list
end

vim.cmd("edit " .. vim.fn.fnameescape(file))
local client = vim.lsp.start_client({ name = "fwsim", cmd = { program, "lsp", "--pause", "0.05", "--answer", "20" }, root_dir = folder })
vim.lsp.buf_attach_client(0, client)

-- Faults, with the words that they are about.
wait("the fault", function() return codes()["unknown-option"] ~= nil end)
local fault = codes()["unknown-option"]
check("the fault is where it stands", fault.lnum == 6 and line(7):sub(fault.col + 1, fault.end_col) == "--dprot")
check("nothing is proved of a file with faults", codes()["FW108"] == nil)

-- Mended by hand: what lint finds.
set_line(7, "-A INPUT -p tcp --dport 22   -j ACCEPT")
wait("the finding", function() return codes()["FW108"] ~= nil and codes()["unknown-option"] == nil end)
check("the finding is of the second rule", codes()["FW108"].lnum == 7 and codes()["FW108"].message:find("repeats filter/INPUT/1", 1, true))
check("its severity is that of the settings", codes()["FW108"].severity == vim.diagnostic.severity.ERROR)

-- Hover: what the option means, what the rule does.
vim.api.nvim_win_set_cursor(0, { 7, 18 })
vim.lsp.buf.hover()
local shown
wait("the hover", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      shown = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
      vim.api.nvim_win_close(window, true)
      return true
    end
  end
end)
check("hover tells the option: " .. shown, shown:find("destination port or range", 1, true))
check("hover tells the rule: " .. shown, shown:find("TCP to port 22 is accepted", 1, true) and shown:find("packets come to it: tcp ", 1, true))

-- The fix.
local choices = {}
vim.ui.select = function(items, options, choose)
  for _, item in ipairs(items) do
    local words = options.format_item(item)
    table.insert(choices, words)
  end
  choose(items[1], 1)
end
vim.api.nvim_win_set_cursor(0, { 8, 0 })
vim.lsp.buf.code_action()
wait("the fix", function() return line(8) == "-A INPUT -p tcp -m tcp --dport 80 -j WEB" end)
check("the fix says that it is safe: " .. vim.inspect(choices), choices[1]:find("no packet is treated differently", 1, true))
wait("the finding is gone", function() return codes()["FW108"] == nil end)

-- To the chain.
vim.api.nvim_win_set_cursor(0, { 8, 38 })
vim.lsp.buf.definition()
wait("the chain", function() return vim.api.nvim_win_get_cursor(0)[1] == 6 end)

-- Characters that are one, two and more units of UTF-16.
set_line(9, '-A WEB -m comment --comment "ä 🙂" -j DRPO')
wait("the fault behind them", function() return codes()["unknown-target"] ~= nil end)
fault = codes()["unknown-target"]
check("the place behind them", line(9):sub(fault.col + 1, fault.end_col) == "DRPO")
set_line(9, '-A WEB -m comment --comment "ä 🙂" -j ')
vim.api.nvim_win_set_cursor(0, { 9, #line(9) })
local place = vim.lsp.util.make_position_params(0, "utf-16")
place.position.character = select(2, vim.str_utfindex(line(9)))   -- where an insertion would go on, behind the last character
local answers = vim.lsp.buf_request_sync(0, "textDocument/completion", place, 20000)
local labels = {}
for _, item in ipairs(answers[client].result) do
  labels[item.label] = item
end
check("completion has verdicts and targets", labels.DROP and labels.REJECT and labels.DROP.documentation)
check("and no built-in chain", labels.INPUT == nil)
vim.lsp.util.apply_text_edits({ labels.DROP.textEdit }, 0, "utf-16")
check("completed: " .. line(9), line(9) == '-A WEB -m comment --comment "ä 🙂" -j DROP')

-- The format.
local format = vim.lsp.buf.format or vim.lsp.buf.formatting_sync
format(vim.lsp.buf.format and { timeout_ms = 20000 } or nil, 20000)
check("formatted: " .. line(7), line(7) == "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT")
check("comments stay", line(1) == "# by hand")

-- Another name, everywhere.
vim.api.nvim_win_set_cursor(0, { 6, 2 })
vim.lsp.buf.rename("SHOP")
wait("the other name", function() return line(6) == ":SHOP - [0:0]" and line(8):find("-j SHOP", 1, true) and line(9):find("-A SHOP", 1, true) end)

vim.lsp.stop_client(client)
wait("the end of the server", function() return vim.lsp.get_client_by_id(client) == nil end)
io.stderr:write("all steps done\n")
vim.cmd("qall!")
