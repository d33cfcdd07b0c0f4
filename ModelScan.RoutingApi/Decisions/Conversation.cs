namespace ModelScan.RoutingApi.Decisions;

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

/// <summary>One message of a conversation: its role and its text parts joined by line feeds (other parts are left out).</summary>
/// <param name="Role">Who said it.</param>
/// <param name="Text">The text; empty when the message has no text part. May hold lone surrogates: it is client input.</param>
/// <param name="HasOtherContent">Whether the message also carries something that is not text, such as an image or a file.</param>
public readonly record struct ConversationMessage(ConversationRole Role, string Text, bool HasOtherContent = false);
