using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;

namespace ModelScan.Tests.Conversations.Reading;

public sealed class ReadTextTests
{
    private static readonly string Long = new('x', 5000);

    [Theory]
    [InlineData("chat", "{\"messages\":[{\"role\":\"user\",\"content\":$}]}")]
    [InlineData("chat", "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":$}]}]}")]
    [InlineData("messages", "{\"messages\":[{\"role\":\"user\",\"content\":$}]}")]
    [InlineData("responses", "{\"input\":$}")]
    [InlineData("responses", "{\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":$}]}]}")]
    public void Read_LongText_IsDecodedWhenAskedFor(string format, string body)
    {
        var text = $"a\n\"b\" é {Long} 😀";
        var message = Assert.Single(Read(format, body.Replace("$", JsonSerializer.Serialize(text), StringComparison.Ordinal)));
        Assert.True(message.HasText);
        Assert.Equal(text, message.Text);
        Assert.Equal(new ConversationMessage(ConversationRole.User, text), message);
    }

    [Fact]
    public void Read_LongPartsOfOneMessage_AreJoined()
    {
        var part = $$"""{"type":"text","text":"{{Long}}"}""";
        Assert.Equal($"{Long}\n{Long}", Assert.Single(Read("chat", $$"""{"messages":[{"role":"user","content":[{{part}},{{part}}]}]}""")).Text);
    }

    [Fact]
    public void Text_HalfOfASurrogatePairInALongText_BecomesTheReplacementCharacter() =>
        Assert.Equal(Long + '\uFFFD', Assert.Single(Read("chat", $$"""{"messages":[{"role":"user","content":"{{Long}}\ud83d"}]}""")).Text);

    [Fact]
    public void Text_LongTextThatIsNotUtf8_IsRefused()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes($$"""{"messages":[{"role":"user","content":"{{Long}}"""), 0xFF, .. "\"}]}"u8];
        var messages = RequestReader.Read(ApiFormat.ChatCompletions, body).Facts.Messages;
        Assert.Throws<InvalidRequestException>(() => messages[0].Text);
    }

    private static IReadOnlyList<ConversationMessage> Read(string format, string body) => RequestReader.Read(
        format switch { "messages" => ApiFormat.Messages, "responses" => ApiFormat.Responses, _ => ApiFormat.ChatCompletions }, Encoding.UTF8.GetBytes(body)).Facts.Messages;
}
