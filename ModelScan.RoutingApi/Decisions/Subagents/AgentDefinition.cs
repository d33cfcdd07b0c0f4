using System.Text;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>
/// What a file of <c>.claude/agents</c> says an agent is:
/// <code>
/// ---
/// name: code-reviewer
/// description: …
/// ---
/// You are a senior code reviewer …
///
/// Notes:
/// what the client adds of its own
/// </code>
/// </summary>
internal sealed class AgentDefinition
{
    // A prompt that is shorter than this may stand in anybody's.
    private const int ShortestPrompt = 16;
    private const int ShortestMark = 8;

    private readonly byte[] _mark;

    private AgentDefinition(string name, string path, string prompt) => (Name, Path, Prompt, _mark) = (name, path, prompt, MarkOf(prompt));

    public string Name { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its prompt, as <see cref="PromptText"/>.</summary>
    public string Prompt { get; }

    /// <summary>Reads a file's text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">What stands in it.</param>
    /// <returns><see langword="null"/> where its prompt is too short to be told from others.</returns>
    public static AgentDefinition? Read(string path, string text)
    {
        var (head, body) = Split(text.TrimStart('\uFEFF').ReplaceLineEndings("\n"));
        var notes = body.IndexOf("\nNotes:", StringComparison.Ordinal);
        var prompt = PromptText.Normalize(notes < 0 ? body : body[..notes]);
        return prompt.Length < ShortestPrompt ? null : new AgentDefinition(NameIn(head) ?? System.IO.Path.GetFileNameWithoutExtension(path), path, prompt);
    }

    /// <summary>Whether the request is this agent's.</summary>
    public bool IsIn(AgentRequest request)
    {
        // A look at the bytes spares nearly every request the reading of its prompts.
        if (_mark.Length >= ShortestMark && request.Body.IndexOf(_mark) < 0)
            return false;
        foreach (var prompt in request.Prompts)
        {
            if (prompt.Contains(Prompt, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static (string Head, string Body) Split(string text)
    {
        const string Rule = "---\n";
        if (!text.StartsWith(Rule, StringComparison.Ordinal))
            return ("", text);
        var end = text.IndexOf("\n---\n", Rule.Length - 1, StringComparison.Ordinal);
        return end < 0 ? ("", text) : (text[Rule.Length..(end + 1)], text[(end + Rule.Length + 1)..]);
    }

    private static string? NameIn(string head)
    {
        foreach (var line in head.Split('\n'))
        {
            if (line.StartsWith("name:", StringComparison.Ordinal) && line["name:".Length..].Trim().Trim('"', '\'') is { Length: > 0 } name)
                return name;
        }

        return null;
    }

    // The longest run of letters that no client writes otherwise in JSON.
    private static byte[] MarkOf(string prompt)
    {
        var (best, start) = (0..0, 0);
        for (var i = 0; i <= prompt.Length; i++)
        {
            if (i < prompt.Length && (char.IsAsciiLetterOrDigit(prompt[i]) || prompt[i] is ' ' or ',' or '.' or '-'))
                continue;
            if (i - start > best.End.Value - best.Start.Value)
                best = start..i;
            start = i + 1;
        }

        return Encoding.ASCII.GetBytes(prompt[best].Trim());
    }
}
