namespace ModelScan.RoutingApi.Decisions;

/// <summary>
/// What deciding needs to know of a request, the same for every API format. Messages are normalised: tool results are
/// messages of their own with role <see cref="ConversationRole.Tool"/>, placed before the rest of the message they came in.
/// </summary>
/// <param name="Model">The model the client named; <see langword="null"/> when it named none.</param>
/// <param name="Messages">The conversation, oldest first, system messages included.</param>
/// <param name="ToolNames">Names of the declared tools in order.</param>
public sealed record RequestFacts(string? Model, IReadOnlyList<ConversationMessage> Messages, IReadOnlyList<string> ToolNames);
