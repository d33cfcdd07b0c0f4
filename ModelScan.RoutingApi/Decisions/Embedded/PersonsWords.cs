using System.Text;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// What a person wrote, without what coding agents put around it: reminders, the state of the editor and the machine, rules, output of
/// commands. They mark it with tags, whose names are the only thing that this goes by.
/// </summary>
internal static class PersonsWords
{
    // Claude Code, Codex, Cursor, Cline and Roo, Copilot, Gemini CLI.
    private static readonly string[] Inserted =
    [
        "system-reminder", "user-prompt-submit-hook", "command-name", "command-message", "local-command-caveat", "local-command-stdout",
        "local-command-stderr", "bash-stdout", "bash-stderr", "ide_opened_file", "ide_selection", "ide_diagnostics", "task-notification",
        "environment_context", "user_instructions", "INSTRUCTIONS", "turn_aborted", "permissions instructions", "collaboration_mode", "skills_instructions",
        "additional_data", "attached_files", "open_and_recently_viewed_files", "user_info", "project_layout", "git_status", "always_applied_workspace_rules",
        "environment_details", "file_content", "slash_command",
        "attachments", "editorContext", "reminderInstructions", "reminder", "workspace_info", "environment_info", "repoContext",
        "session_context",
    ];

    // Where one of these stands, the person's words are within it and nowhere else.
    private static readonly string[] Requests = ["user_query", "userRequest", "user_request", "user_message"];

    // Codex sends the rules of a repository as a message of their own.
    private const string RulesOfRepository = "# AGENTS.md instructions";

    private static readonly string[] Openings = [.. Inserted.Select(name => $"<{name}>")];
    private static readonly string[] Closings = [.. Inserted.Select(name => $"</{name}>")];

    /// <summary>The person's words; blank when there are none.</summary>
    public static string Of(string text)
    {
        if (!text.Contains('<', StringComparison.Ordinal))
            return text;
        if (text.StartsWith(RulesOfRepository, StringComparison.Ordinal))
            return "";
        foreach (var request in Requests)
        {
            var start = text.IndexOf($"<{request}>", StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf($"</{request}>", start, StringComparison.Ordinal);
            if (end >= 0)
                return text[(start + request.Length + 2)..end];
        }

        return WithoutInserted(text);
    }

    // One pass: a block that is never closed reaches to the end.
    private static string WithoutInserted(string text)
    {
        StringBuilder? kept = null;
        var from = 0;
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0; at = text.IndexOf('<', at))
        {
            var tag = TagAt(text.AsSpan(at));
            if (tag < 0)
            {
                at++;
                continue;
            }

            kept ??= new StringBuilder(text.Length);
            kept.Append(text, from, at - from).Append('\n');
            var end = text.IndexOf(Closings[tag], at, StringComparison.Ordinal);
            at = from = end < 0 ? text.Length : end + Closings[tag].Length;
        }

        return kept is null ? text : kept.Append(text, from, text.Length - from).ToString();
    }

    private static int TagAt(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < Openings.Length; i++)
        {
            if (text.StartsWith(Openings[i], StringComparison.Ordinal))
                return i;
        }

        return -1;
    }
}
