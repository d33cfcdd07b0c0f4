namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// A tool of the Responses API that has a type of its own and that the client runs: models of other formats are offered a function, whose calls come
/// back in the form that the client knows (https://platform.openai.com/docs/guides/tools).
/// </summary>
/// <remarks>
/// <code>
/// tools            {"type": "shell", "environment": {"type": "local"}}
/// input, output    {"type": "shell_call", "call_id": "…", "status": "completed", "action": {"commands": ["ls"]}}
/// input            {"type": "shell_call_output", "call_id": "…", "output": [{"stdout": "…", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}]}
/// </code>
/// </remarks>
/// <param name="Name">What models call it, and the stem of its items: <c>shell</c> of <c>shell_call</c>.</param>
/// <param name="Types">The types under which it is offered.</param>
/// <param name="Member">The member of a call that holds what the tool is given, an object.</param>
/// <param name="Schema">JSON Schema of that object, with a line of what the tool does.</param>
internal sealed record ClientTool(string Name, IReadOnlyList<string> Types, string Member, string Schema)
{
    private const string Shell = """
        {"type":"object","description":"Runs commands in a shell on the user's machine and returns what they print.","properties":{"commands":{"type":"array","items":{"type":"string"},"description":"The commands, each a line for the shell"},"timeout_ms":{"type":"integer","description":"Milliseconds after which they are ended"},"max_output_length":{"type":"integer","description":"Characters of output that are enough"}},"required":["commands"]}
        """;

    private const string LocalShell = """
        {"type":"object","description":"Runs a program on the user's machine and returns what it prints.","properties":{"type":{"type":"string","enum":["exec"]},"command":{"type":"array","items":{"type":"string"},"description":"The program and its arguments"},"env":{"type":"object","description":"Environment variables","properties":{}},"timeout_ms":{"type":"integer"},"user":{"type":"string"},"working_directory":{"type":"string"}},"required":["type","command","env"]}
        """;

    private const string ApplyPatch = """
        {"type":"object","description":"Creates, changes or deletes a file of the user's.","properties":{"type":{"type":"string","enum":["create_file","update_file","delete_file"]},"path":{"type":"string","description":"The file, relative to the working directory"},"diff":{"type":"string","description":"What changes, in the V4A diff format: lines to add begin with +, lines to take out with -, context with a blank, and @@ begins a section; for a new file every line begins with +; none to delete one"}},"required":["type","path"]}
        """;

    private const string Computer = """
        {"type":"object","description":"Does one thing on the user's screen and returns a screenshot.","properties":{"type":{"type":"string","enum":["click","double_click","drag","keypress","move","screenshot","scroll","type","wait"]},"x":{"type":"integer"},"y":{"type":"integer"},"button":{"type":"string","enum":["left","right","wheel","back","forward"]},"scroll_x":{"type":"integer"},"scroll_y":{"type":"integer"},"text":{"type":"string"},"keys":{"type":"array","items":{"type":"string"}},"path":{"type":"array","items":{"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"integer"}}}}},"required":["type"]}
        """;

    private const string ToolSearch = """
        {"type":"object","description":"Searches for tools that can be called from then on.","properties":{"query":{"type":"string","description":"What is to be done"}},"required":["query"]}
        """;

    private static readonly ClientTool[] All =
    [
        new("shell", ["shell"], "action", Shell),
        new("local_shell", ["local_shell"], "action", LocalShell),
        new("apply_patch", ["apply_patch"], "operation", ApplyPatch),
        new("computer", ["computer_use_preview", "computer_use", "computer"], "action", Computer) { Further = ("pending_safety_checks", "[]") },
        new("tool_search", ["tool_search"], "arguments", ToolSearch) { Further = ("execution", "\"client\"") },
    ];

    /// <summary>A further member of its calls, and its JSON; <see langword="null"/> for none.</summary>
    public (string Name, string Json)? Further { get; init; }

    /// <summary>The type of its calls.</summary>
    public string CallType { get; } = $"{Name}_call";

    /// <summary>The tool that an entry of <c>tools</c> offers; <see langword="null"/> where it is none of these, or the provider would run it.</summary>
    public static ClientTool? Of(RequestField tool, string type)
    {
        if (Find(type) is not { } known)
            return null;
        return known.Name switch
        {
            // Without a word of it, the provider searches.
            "tool_search" => tool.FindText("execution") == "client" ? known : null,
            "shell" => tool.Find("environment")?.FindText("type") is null or "local" ? known : null,
            _ => known,
        };
    }

    /// <summary>What models call a tool of that type; the type itself for one that the client does not run.</summary>
    public static string NameOf(string type) => Find(type)?.Name ?? type;

    /// <summary>Whether an item of that type is a call of one of these tools.</summary>
    public static bool IsCallType(ReadOnlySpan<byte> type)
    {
        foreach (var tool in All)
        {
            if (System.Text.Ascii.Equals(type, tool.CallType))
                return true;
        }

        return false;
    }

    private static ClientTool? Find(string type) => Array.Find(All, tool => tool.Types.Contains(type));
}
