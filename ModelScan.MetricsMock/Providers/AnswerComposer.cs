using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ModelScan.MetricsMock.Providers;

/// <summary>
/// Makes the answer out of nothing but the request and the model's name, so that a test can say who answered what:
/// <list type="number">
/// <item>tools are offered and it is the user's turn (or a call is required): a call, of two tools when the user says "both";
/// of none when the user says "without tools". A tool that the user names goes first, most of all as "the tool NAME".</item>
/// <item>a schema is given: JSON that satisfies it;</item>
/// <item>else a sentence: the model's name and the start of the last words of the user, or of the tools' results.</item>
/// </list>
/// The text is then cut at the first stop sequence or at the token limit, whichever comes first.
/// </summary>
internal static partial class AnswerComposer
{
    private const int QuotedCharacters = 160;

    public static ProviderAnswer Compose(ProviderRequest request, string modelName)
    {
        var reasoning = request.Reasoning ? $"{modelName} thinks about {Encoding.UTF8.GetByteCount(request.LastUserText)} bytes of text." : null;
        var called = ToolsToCall(request);
        if (called.Count > 0)
        {
            return new ProviderAnswer
            {
                Reasoning = reasoning,
                ToolCalls = [.. called.Select(tool => new AnsweredToolCall(tool.Name, ArgumentsFor(tool)))],
                StopReason = StopReason.ToolUse,
            };
        }

        var text = request.OutputSchema is { } schema ? Structured(schema, request, modelName).ToWire() : Sentence(request, modelName);
        return Cut(new ProviderAnswer { Reasoning = reasoning, Text = text }, request);
    }

    /// <summary>Counts an answer's tokens.</summary>
    public static TokenUsage Count(ProviderRequest request, ProviderAnswer answer, CachedTokens cached)
    {
        var reasoning = TokenUsage.TokensOf(Encoding.UTF8.GetByteCount(answer.Reasoning ?? ""));
        var output = Encoding.UTF8.GetByteCount(answer.Text ?? "") + answer.ToolCalls.Sum(call => Encoding.UTF8.GetByteCount(call.Name + call.Arguments));
        return new TokenUsage(CountInput(request), cached.Read, cached.Written, reasoning + TokenUsage.TokensOf(output), reasoning);
    }

    /// <summary>Counts a request's tokens.</summary>
    public static int CountInput(ProviderRequest request) => TokenUsage.TokensOf(request.Prompt.Sum(segment => segment.Bytes));

    private static IReadOnlyList<OfferedTool> ToolsToCall(ProviderRequest request)
    {
        var (mode, names) = request.ToolChoice;
        var turn = mode switch
        {
            ToolChoiceMode.None => false,
            ToolChoiceMode.Required => true,
            _ => request.EndsWithUser && !WithoutTools().IsMatch(request.LastUserText),
        };
        if (!turn)
            return [];

        var count = request.ParallelToolCalls && Both().IsMatch(request.LastUserText) ? 2 : 1;
        return
        [
            .. request.Tools
                .Where(tool => names is null || names.Contains(tool.Name))
                .OrderBy(tool => Asks(request.LastUserText, $"the tool {tool.Name}") ? 0 : Asks(request.LastUserText, tool.Name) ? 1 : 2) // stable: else as offered
                .Take(count),
        ];
    }

    private static bool Asks(string text, string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static string ArgumentsFor(OfferedTool tool) =>
        (tool.Parameters is { ValueKind: JsonValueKind.Object } schema && SchemaSample.Of(schema) is JsonObject arguments ? arguments : []).ToWire();

    // A schema that says nothing (plain JSON mode) leaves room for the sentence.
    private static JsonNode Structured(JsonElement schema, ProviderRequest request, string modelName) =>
        schema.EnumerateObject().Any() ? SchemaSample.Of(schema) : new JsonObject { ["answer"] = Sentence(request, modelName) };

    private static string Sentence(ProviderRequest request, string modelName) => request switch
    {
        { ToolResults: { Count: > 0 } results } => $"This is {modelName}. The tools answered: {Start(string.Join("; ", results))}",
        { LastUserText.Length: > 0 } => $"This is {modelName}. You said: {Start(request.LastUserText)}",
        _ => $"This is {modelName}.",
    };

    private static string Start(string text)
    {
        if (text.Length <= QuotedCharacters)
            return text;
        return text[..(char.IsHighSurrogate(text[QuotedCharacters - 1]) ? QuotedCharacters - 1 : QuotedCharacters)];
    }

    private static ProviderAnswer Cut(ProviderAnswer answer, ProviderRequest request)
    {
        var text = answer.Text!;
        var (stopAt, stop) = request.StopSequences
            .Where(sequence => sequence.Length > 0)
            .Select(sequence => (At: text.IndexOf(sequence, StringComparison.Ordinal), Sequence: sequence))
            .Where(found => found.At >= 0)
            .DefaultIfEmpty((At: text.Length, Sequence: null!))
            .MinBy(found => found.At);

        var limit = request.MaxTokens is { } maxTokens ? CharactersWithin(text, answer.Reasoning, maxTokens) : text.Length;
        if (limit < stopAt)
            return answer with { Text = text[..limit], StopReason = StopReason.MaxTokens };
        return stop is null ? answer : answer with { Text = text[..stopAt], StopReason = StopReason.StopSequence, StopSequence = stop };
    }

    // Reasoning is paid out of the same limit.
    private static int CharactersWithin(string text, string? reasoning, int maxTokens)
    {
        var left = ((long)maxTokens - TokenUsage.TokensOf(Encoding.UTF8.GetByteCount(reasoning ?? ""))) * TokenUsage.BytesPerToken;
        var characters = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
                break;
            characters += rune.Utf16SequenceLength;
        }

        return characters;
    }

    [GeneratedRegex(@"\bboth\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Both();

    [GeneratedRegex(@"\bwithout tools\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WithoutTools();
}
