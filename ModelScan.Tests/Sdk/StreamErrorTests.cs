using Anthropic.Exceptions;

namespace ModelScan.Tests.Sdk;

/// <summary>
/// A provider that fails in the middle of a stream, seen through the vendors' clients: Anthropic's throws, OpenAI's on Responses hands out an
/// error event, and OpenAI's on Chat Completions passes over the error chunk: there only the missing finish reason and the connection that
/// breaks off tell. Where bytes pass as they are, a connection that breaks off is all that a client sees.
/// </summary>
[Trait("Complaint", "10")]
public sealed class StreamErrorTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    // The first text has arrived by then, whatever the provider's format.
    private const int AfterTheFirstWords = 6;

    public static TheoryData<string, string, string, string> Errors
    {
        get
        {
            var rows = new TheoryData<string, string, string, string>();
            foreach (var (client, provider) in SdkPairs.Pairs)
            {
                rows.Add(client, provider, "overloaded", "The provider is overloaded.");
                rows.Add(client, provider, "rate_limit", "The rate limit of this model is reached.");
                rows.Add(client, provider, "server_error", "The provider failed.");
                rows.Add(client, provider, "cut_stream", "connection lost");
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Stream_ProviderFailsWithinIt_ClientTellsTheApplication(string client, string provider, string kind, string message)
    {
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), $$"""{"kind": "{{kind}}", "after_chunks": {{AfterTheFirstWords}}, "times": 1}""");
        var text = "";

        var exception = await Record.ExceptionAsync(() => gateway.Open(client, provider).StreamAsync(new SdkTurn("tell me a long story that goes on and on"), piece => text += piece));

        // What is told depends on whether the error came so soon behind the words that nothing had been sent to the client yet.
        Assert.NotNull(exception);
        if (kind == "cut_stream" && text.Length > 0 && client.EndsWith(provider == "messages" ? SdkPairs.Anthropic : provider, StringComparison.Ordinal))
        {
            Assert.True(exception is HttpIOException or AnthropicException, exception.ToString());
            return;
        }

        if (text.Length == 0)
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        else if (client == SdkPairs.OpenAiChat)
            Assert.True(exception is SdkStreamErrorException or HttpIOException, exception.ToString());
        else
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        if (client == SdkPairs.Anthropic)
            Assert.IsAssignableFrom<AnthropicException>(exception);
    }
}
