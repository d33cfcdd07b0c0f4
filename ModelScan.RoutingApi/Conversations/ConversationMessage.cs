namespace ModelScan.RoutingApi.Conversations;

/// <summary>Who said a message, in the vocabulary shared by all API formats.</summary>
public enum ConversationRole
{
    /// <summary>System prompts and developer messages (and <c>instructions</c> of the Responses API).</summary>
    System,

    /// <summary>The person or program that asks.</summary>
    User,

    /// <summary>The model that answered earlier.</summary>
    Assistant,

    /// <summary>Results of tools.</summary>
    Tool,
}

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who said it.</param>
/// <param name="Text">Its text parts joined by line feeds, other parts left out.</param>
/// <param name="HasOtherContent">Whether the message also carries something that is not text, such as an image or a file.</param>
public readonly record struct ConversationMessage(ConversationRole Role, string Text, bool HasOtherContent = false)
{
    // The text, or what decodes it.
    private readonly object _text = Text;

    /// <summary>A message whose text, which is not empty, is decoded when it is asked for.</summary>
    internal ConversationMessage(ConversationRole role, Lazy<string> text, bool hasOtherContent)
        : this(role, "", hasOtherContent) => _text = text;

    /// <summary>
    /// The text; empty when the message has no text part. May hold lone surrogates: it is client input. To be read while the
    /// request is being answered, not later.
    /// </summary>
    public string Text
    {
        get => _text as string ?? (_text as Lazy<string>)?.Value ?? "";
        init => _text = value;
    }

    /// <summary>Whether the text has any character, which is known without decoding it.</summary>
    public bool HasText => _text is Lazy<string> or string { Length: > 0 };

    /// <inheritdoc/>
    public bool Equals(ConversationMessage other) => Role == other.Role && HasOtherContent == other.HasOtherContent && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Role, HasOtherContent, Text);
}
