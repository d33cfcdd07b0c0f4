using System.Buffers;
using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>A request as rules see it. Everything is found out when a rule asks, once. Used by one request.</summary>
/// <param name="format">The body's format.</param>
/// <param name="body">The body.</param>
/// <param name="facts">Model and conversation.</param>
/// <param name="header">A header's value, or <see langword="null"/>.</param>
public sealed class AgentRequest(ApiFormat format, ReadOnlyMemory<byte> body, RequestFacts facts, Func<string, string?> header)
{
    private const int BytesPerToken = 4;

    // Nothing that people write has words of this length.
    private const int ShortestEncoded = 1024;

    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_"u8);

    private AgentSignals? _signals;
    private string[]? _prompts;
    private long? _tokens;

    /// <summary>What the client says of it.</summary>
    internal AgentSignals Signals => _signals ??= AgentSignals.Read(header);

    /// <summary>The body's format.</summary>
    public ApiFormat Format => format;

    /// <summary>The body.</summary>
    public ReadOnlySpan<byte> Body => body.Span;

    /// <summary>The model that was asked for; <see langword="null"/> for none.</summary>
    public string? Model => facts.Model;

    /// <summary>The conversation.</summary>
    public IReadOnlyList<ConversationMessage> Messages => facts.Messages;

    /// <summary>
    /// Where an agent's own prompt may stand, as <see cref="PromptText"/>: all system messages and the first two of the user. Clients
    /// put other things before and behind it (an attribution line that changes, the environment, the memory).
    /// </summary>
    public IReadOnlyList<string> Prompts => _prompts ??=
    [
        .. facts.Messages.Where(message => message.Role == ConversationRole.System)
            .Concat(facts.Messages.Where(message => message.Role == ConversationRole.User).Take(2))
            .Select(message => PromptText.Normalize(message.Text)),
    ];

    /// <summary>About how many tokens it has: four bytes make one, and what images and files are encoded in makes none.</summary>
    public long Tokens => _tokens ??= (body.Length - EncodedBytes(body.Span)) / BytesPerToken;

    /// <summary>A top-level member of the body as it is written; empty where there is none.</summary>
    public ReadOnlySpan<byte> Member(ReadOnlySpan<byte> name)
    {
        var members = new BodyMembers(body.Span);
        while (members.Read())
        {
            if (members.NameIs(name))
                return members.Value;
        }

        return default;
    }

    private static long EncodedBytes(ReadOnlySpan<byte> bytes)
    {
        var encoded = 0L;
        if (bytes.IndexOf("base64"u8) < 0)
            return encoded;
        while (!bytes.IsEmpty)
        {
            var run = bytes.IndexOfAnyExcept(Base64);
            run = run < 0 ? bytes.Length : run;
            if (run >= ShortestEncoded)
                encoded += run;
            bytes = bytes[run..];
            var next = bytes.IndexOfAny(Base64);
            bytes = next < 0 ? default : bytes[next..];
        }

        return encoded;
    }
}
