namespace ModelScan.Tests.Sdk;

/// <summary>Every vendor's client with every format that a provider may speak: the six translations and the three pairs that need none.</summary>
internal static class SdkPairs
{
    public const string OpenAiChat = "openai-chat";
    public const string OpenAiResponses = "openai-responses";
    public const string Anthropic = "anthropic";

    public const string Chat = "chat";
    public const string Messages = "messages";
    public const string Responses = "responses";

    private static readonly string[] Clients = [OpenAiChat, OpenAiResponses, Anthropic];
    private static readonly string[] Providers = [Chat, Messages, Responses];

    /// <summary>Rows of client and provider.</summary>
    public static TheoryData<string, string> All
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var (client, provider) in Pairs)
                rows.Add(client, provider);
            return rows;
        }
    }

    /// <summary>The same rows, each for whole answers (<see langword="false"/>) and streams (<see langword="true"/>).</summary>
    public static TheoryData<string, string, bool> WholeAndStreamed
    {
        get
        {
            var rows = new TheoryData<string, string, bool>();
            foreach (var (client, provider) in Pairs)
            {
                rows.Add(client, provider, false);
                rows.Add(client, provider, true);
            }

            return rows;
        }
    }

    public static IEnumerable<(string Client, string Provider)> Pairs => Clients.SelectMany(client => Providers.Select(provider => (client, provider)));

    /// <summary>
    /// The model of the provider that speaks one format alone. Where the name of the provider means nothing by itself, the
    /// configuration gives it an interface: Groq's is Chat Completions, ChatGPT's is Responses.
    /// </summary>
    public static string ModelOf(string provider) => provider switch
    {
        Chat => "chat-only/gpt-4o",
        Messages => "anthropic/claude-sonnet-4-5-20250929",
        Responses => "responses-only/gpt-4o",
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, null),
    };

    /// <summary>
    /// What the gateway puts in because ChatGPT's interface insists on <c>instructions</c>: a chat client's system message is part of
    /// the conversation.
    /// </summary>
    public static string AddedInstructions(string client, string provider) =>
        (client, provider) == (OpenAiChat, Responses) ? "You are a helpful assistant." : "";

    /// <summary>What the mock calls that model, in its answers and its controls.</summary>
    public static string PlayedBy(string provider) => provider == Messages ? ModelOf(Messages) : "openai/gpt-4o";

    /// <summary>The path on which that provider is reached.</summary>
    public static string PathOf(string provider) => provider switch
    {
        Chat => "/openai/v1/chat/completions", // Groq's
        Messages => "/v1/messages",
        Responses => "/v1/responses",
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, null),
    };

    /// <summary>What the mock answers to a user's words.</summary>
    public static string EchoOf(string provider, string words) => $"This is {PlayedBy(provider)}. You said: {words}";
}
