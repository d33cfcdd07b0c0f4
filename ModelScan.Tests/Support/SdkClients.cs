#pragma warning disable OPENAI001 // the SDK calls its Responses client experimental
using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace ModelScan.Tests.Support;

/// <summary>The vendors' own clients, pointed at a server of the test's. They do not try again unless told to: what a test sees is the first answer.</summary>
internal static class SdkClients
{
    /// <summary>A key that every client sends and that no provider here looks at.</summary>
    public const string AnyKey = "any";

    // By default .NET reads on for two seconds when a response is dropped, in the hope of keeping the connection: here it is closed at once.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(30) };

    public static ChatClient Chat(Uri server, string model, int retries = 0) =>
        new(model, new ApiKeyCredential(AnyKey), new OpenAIClientOptions { Endpoint = new Uri(server, "/v1"), RetryPolicy = new ClientRetryPolicy(retries), Transport = Transport() });

    public static ResponsesClient Responses(Uri server, int retries = 0) =>
        new(new ApiKeyCredential(AnyKey), new ResponsesClientOptions { Endpoint = new Uri(server, "/v1"), RetryPolicy = new ClientRetryPolicy(retries), Transport = Transport() });

    public static AnthropicClient Messages(Uri server, int retries = 0) =>
        new() { BaseUrl = server.ToString().TrimEnd('/'), ApiKey = AnyKey, MaxRetries = retries, HttpClient = Http };

    private static HttpClientPipelineTransport Transport() => new(Http);
}
