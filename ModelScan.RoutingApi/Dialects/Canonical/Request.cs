namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>
/// What a client wants, in no vendor's words: read once by the reader of its format, fitted to each model that is asked, written by the
/// writer of the provider's format. Values keep the JSON that they were understood from.
/// </summary>
/// <param name="source">The client's format.</param>
/// <param name="root">All of the client's JSON.</param>
internal sealed class Request(ApiFormat source, RequestField root)
{
    private readonly List<(string Name, RequestField Field, bool IsTaken)> _fields = [];

    public ApiFormat Source { get; } = source;

    public RequestField Root { get; } = root;

    /// <summary>What is said before the conversation about how the model is to be: messages in their order, each of one text or several.</summary>
    public List<(List<TextPart> Texts, bool IsDeveloper)> SystemMessages { get; } = [];

    public List<Turn> Turns { get; } = [];

    public ToolSet Tools { get; set; } = new();

    public ReasoningWish Reasoning { get; set; } = ReasoningWish.None;

    public FormatWish? Format { get; set; }

    /// <summary>Most tokens of the answer, thoughts included.</summary>
    public NamedField? Limit { get; set; }

    /// <summary>A text, or texts, that end the answer.</summary>
    public NamedField? Stops { get; set; }

    /// <summary>Who asks, for the provider's statistics and guards.</summary>
    public NamedField? User { get; set; }

    public bool IsStream { get; set; }

    /// <summary>Whether a stream has to end with the usage (Chat Completions).</summary>
    public bool WantsUsage { get; set; }

    /// <summary>Whether thoughts are to be given in a form that can be sent back (Responses).</summary>
    public bool WantsThoughtState { get; set; } = true;

    /// <summary>Whether a shorter conversation is asked for instead of an answer (Responses: <c>compaction_trigger</c>).</summary>
    public bool Compacts { get; set; }

    /// <summary>Where the client asks for the probabilities of tokens (Responses).</summary>
    public NamedField? WantsProbabilities { get; set; }

    /// <summary>Headers of the client that concern what it asks: <c>anthropic-beta</c>.</summary>
    public IReadOnlyList<string> Betas { get; set; } = [];

    /// <summary>What the provider does not get as it was said, as far as that is already known from the client's format.</summary>
    public Losses Losses { get; } = new();

    /// <summary>Notes a top-level field that only some targets know: whoever writes takes it; what nobody takes is lost.</summary>
    public void AddField(string name, RequestField field) => _fields.Add((name, field, false));

    /// <summary>Takes a field that only some targets know; <see langword="null"/> where it is not there.</summary>
    public RequestField? Take(string name)
    {
        RequestField? taken = null;
        for (var i = 0; i < _fields.Count; i++)
        {
            if (_fields[i].Name != name)
                continue;
            taken ??= _fields[i].Field;
            _fields[i] = _fields[i] with { IsTaken = true };
        }

        return taken;
    }

    /// <summary>Takes a field out that is nobody's business any more.</summary>
    public void Forget(string name) => _fields.RemoveAll(field => field.Name == name);

    /// <summary>Begins anew for the next target: nothing is taken.</summary>
    public void ReleaseFields()
    {
        for (var i = 0; i < _fields.Count; i++)
            _fields[i] = _fields[i] with { IsTaken = false };
    }

    /// <summary>Notes as lost what nobody took.</summary>
    public void DropFields(Losses losses)
    {
        foreach (var (name, _, isTaken) in _fields)
        {
            if (!isTaken)
                losses.Drop(name);
        }
    }
}

/// <summary>A value of a request and the name under which the client knows it.</summary>
/// <param name="Name">Its path without indexes.</param>
/// <param name="Field">The value.</param>
internal readonly record struct NamedField(string Name, RequestField Field);
