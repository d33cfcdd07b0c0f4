using ModelScan.WebConsole.Reading;

namespace ModelScan.Tests.WebConsole;

/// <summary>What was said is read out of every format.</summary>
public sealed class ConversationTests
{
    public static TheoryData<string, string[]> Requests => new()
    {
        {
            """{"model":"m","messages":[{"role":"system","content":"be short"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"read","arguments":"{\"path\":\"a\"}"}}]},{"role":"tool","tool_call_id":"1","content":"text of a"}]}""",
            ["system Text be short", "user Text look", "user Image data:image/png;base64,AAAA", "assistant Call read", "tool Result text of a"]
        },
        {
            """{"system":[{"type":"text","text":"be short"}],"messages":[{"role":"user","content":"hello"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"tool_use","id":"1","name":"read","input":{"path":"a"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"text of a"}]}]}]}""",
            ["system Text be short", "user Text hello", "assistant Thought hm", "assistant Call read", "user Result text of a"]
        },
        {
            """{"instructions":"be short","input":[{"role":"user","content":[{"type":"input_text","text":"hello"}]},{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"type":"function_call","call_id":"1","name":"read","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":"text of a"}]}""",
            ["system Text be short", "user Text hello", "assistant Thought hm", "assistant Call read", "tool Result text of a"]
        },
        { """{"input":"hello"}""", ["user Text hello"] },
    };

    public static TheoryData<string, string[]> Answers => new()
    {
        { """{"choices":[{"message":{"role":"assistant","reasoning_content":"hm","content":"hi"}}]}""", ["assistant Thought hm", "assistant Text hi"] },
        { """{"type":"message","role":"assistant","content":[{"type":"text","text":"hi"}]}""", ["assistant Text hi"] },
        { """{"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hi"}]}]}""", ["assistant Text hi"] },
        { """[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"hi"},{"type":"tool_call","id":"1","name":"read","arguments":{"path":"a"}}],"finish_reason":"stop"}]""", ["assistant Thought hm", "assistant Text hi", "assistant Call read"] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request_OfEveryFormat_IsRead(string body, string[] expected) => Assert.Equal(expected, Told(Conversation.OfRequest(body)));

    [Theory]
    [MemberData(nameof(Answers))]
    public void Answer_OfEveryFormat_IsRead(string body, string[] expected) => Assert.Equal(expected, Told(Conversation.OfAnswer(body)));

    [Theory]
    [InlineData("not JSON")]
    [InlineData("")]
    public void WhatIsNoJson_CannotBeRead(string body) => Assert.Null(Conversation.OfRequest(body));

    [Fact]
    public void CutBody_IsReadAsFarAsItGoes() =>
        Assert.Equal(["user Text hello", "assistant Text hi th…"], Told(Conversation.OfRequest("""{"messages":[{"role":"user","content":"hello"},{"role":"assistant","content":"hi th""")));

    [Fact]
    public void Prompt_IsWhatAPersonSaidLast() =>
        Assert.Equal("and now", Conversation.Prompt(Conversation.OfRequest("""{"messages":[{"role":"user","content":"first"},{"role":"user","content":[{"type":"text","text":"and now"},{"type":"image_url","image_url":"https://a.example/b.png"}]},{"role":"assistant","content":"well"},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"done"}]}]}""")));

    [Fact]
    public void StrangeBody_IsReadAsFarAsItGoes() =>
        Assert.Equal(["user Other hologram"], Told(Conversation.OfRequest("""{"system":5,"messages":[7,null,{"role":"user","content":[{"type":"hologram"}]},{"content":{}}],"tools":{}}""")));

    [Fact]
    public void Edit_IsToldAsBeforeAndAfter()
    {
        var calls = Conversation.OfRequest("""{"messages":[{"role":"assistant","content":[{"type":"tool_use","name":"Edit","input":{"file_path":"a","old_string":"x","new_string":"y"}},{"type":"tool_use","name":"MultiEdit","input":{"edits":[{"old_string":"1","new_string":"2"},{"old_string":"3","new_string":"4"},7]}},{"type":"tool_use","name":"read","input":{}}]}]}""")![0].Parts;
        Assert.Equal([("x", "y")], calls[0].Edits);
        Assert.Equal([("1", "2"), ("3", "4")], calls[1].Edits);
        Assert.Empty(calls[2].Edits);
    }

    [Fact]
    public void Tools_AreNamed() =>
        Assert.Equal(["read", "write"], Conversation.Tools("""{"tools":[{"type":"function","function":{"name":"read"}},{"name":"write","input_schema":{}}]}"""));

    private static string[] Told(IReadOnlyList<SaidMessage>? messages) =>
        [.. messages!.SelectMany(message => message.Parts.Select(part => $"{message.Role} {part.Kind} {(part.Kind == SaidKind.Call ? part.Name : part.Text)}"))];
}
