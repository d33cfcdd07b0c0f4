namespace ModelScan.Tests.Sdk;

/// <summary>
/// A conversation with one model through a vendor's client, as an application has it: what was said before, the tools' calls and
/// results included, goes along with every turn. Not thread-safe.
/// </summary>
internal interface ISdkConversation
{
    /// <summary>Takes a turn and waits for the whole answer.</summary>
    Task<SdkAnswer> SendAsync(SdkTurn turn);

    /// <summary>Takes a turn and reads the answer as it arrives.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="onText">Gets every piece of text, at the moment at which the client hands it out.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    Task<SdkAnswer> StreamAsync(SdkTurn turn, Action<string>? onText = null, CancellationToken cancellationToken = default);
}

/// <summary>What an application asks for beside the conversation itself.</summary>
internal sealed record SdkOptions
{
    /// <summary>Goes to the model as its system prompt.</summary>
    public string SystemPrompt { get; init; } = "Be brief.";

    /// <summary>Whether the tools <c>weather</c> (with a required <c>city</c>) and <c>clock</c> (without parameters) are offered.</summary>
    public bool Tools { get; init; }

    /// <summary>Whether the model is asked to think, and to show its thoughts where the client's format has a way to ask for it.</summary>
    public bool Reasoning { get; init; }

    /// <summary>How often the client tries again by itself.</summary>
    public int Retries { get; init; }

    /// <summary>The JSON Schema that the answer has to satisfy; <see langword="null"/> for none.</summary>
    public string? Schema { get; init; }
}

/// <summary>One turn of the user's, or of the application's on behalf of the tools.</summary>
/// <param name="Text">What the user says; not used where there are <paramref name="Results"/>.</param>
/// <param name="Results">The results of the calls of the answer before.</param>
internal sealed record SdkTurn(string Text, IReadOnlyList<SdkToolResult>? Results = null)
{
    /// <summary>A PNG file beside the text.</summary>
    public byte[]? Png { get; init; }

    /// <summary>An image's address beside the text.</summary>
    public Uri? ImageAddress { get; init; }

    /// <summary>The results of all calls of an answer.</summary>
    public static SdkTurn ResultsOf(SdkAnswer answer, Func<SdkToolCall, string> result) =>
        new("", [.. answer.Calls.Select(call => new SdkToolResult(call.Id, result(call)))]);
}

/// <summary>A tool's result, for the call of that id.</summary>
internal sealed record SdkToolResult(string CallId, string Output);

/// <summary>A call that the model made.</summary>
/// <param name="Id">The call's id, as the client gave it.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">Its arguments, JSON.</param>
internal sealed record SdkToolCall(string Id, string Name, string Arguments);

/// <summary>Why an answer ended, in the words that the three clients have in common.</summary>
internal enum SdkFinish
{
    Complete,
    ToolCalls,
    Other,
}

/// <summary>An answer as the client's types hold it.</summary>
internal sealed record SdkAnswer(string Text, SdkFinish Finish, long InputTokens, long OutputTokens, IReadOnlyList<SdkToolCall> Calls)
{
    /// <summary>What the model shows of its thoughts; empty for none, and where the client has no place for them.</summary>
    public string Thought { get; init; } = "";
}

/// <summary>An error that a client hands out as an event of the stream instead of throwing it.</summary>
internal sealed class SdkStreamErrorException : Exception
{
    public SdkStreamErrorException()
    {
    }

    public SdkStreamErrorException(string message)
        : base(message)
    {
    }

    public SdkStreamErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
