using System.Text;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Decisions.Subagents;

namespace ModelScan.Tests.Decisions.Subagents;

/// <summary>Files that define agents, and the prompts that they are recognised in.</summary>
public sealed class AgentDefinitionTests
{
    private const string Prompt = "You are a senior code reviewer.\n\nLook for what is wrong, \"quotes\" and naïve code.";

    [Theory]
    [InlineData("---\nname: code-reviewer\ndescription: reviews\n---\n", "code-reviewer")]
    [InlineData("---\r\nname: \"code-reviewer\"\r\n---\r\n", "code-reviewer")]
    [InlineData("\uFEFF---\nname: 'code-reviewer'\n---\n\n\n", "code-reviewer")]
    [InlineData("---\ndescription: without a name\n---\n", "file")]
    [InlineData("", "file")]
    public void Read_FrontMatter_NamesTheAgentAndIsNoPartOfThePrompt(string head, string name)
    {
        var definition = AgentDefinition.Read("/x/file.md", head + Prompt)!;
        Assert.Equal((name, Prompt), (definition.Name, definition.Prompt));
    }

    [Fact]
    public void Read_NotesAreTheClients_AndARuleIsNoEnd() =>
        Assert.Equal($"{Prompt}\n\n---\n\nfurther down", AgentDefinition.Read("f.md", $"---\nname: a\n---\n{Prompt}\n\n---\n\nfurther down\nNotes: whatever")!.Prompt);

    [Fact]
    public void Read_PromptThatMayStandAnywhere_IsNone() => Assert.Null(AgentDefinition.Read("f.md", "---\nname: a\n---\nBe brief."));

    [Theory]
    [InlineData("{0}")]
    [InlineData("x-anthropic-billing-header: cc_version=2.1.332.a3b; nonce=9f1\nYou are Claude Code.\n{0}\n\nNotes:\n- env")]
    [InlineData("before\r\n\r\n{0}   \r\n\r\n\r\nafter")]
    public void IsIn_WhateverStandsAround_IsRecognised(string around)
    {
        var definition = AgentDefinition.Read("f.md", Prompt)!;
        Assert.True(definition.IsIn(Request(around.Replace("{0}", Prompt, StringComparison.Ordinal), "hi")));
        Assert.True(definition.IsIn(Request(around.Replace("{0}", Prompt.Replace("\n", "\r\n", StringComparison.Ordinal), StringComparison.Ordinal), "hi")));
        Assert.True(definition.IsIn(Request(around.Replace("{0}", Prompt.Normalize(NormalizationForm.FormD), StringComparison.Ordinal), "hi")));
        Assert.True(definition.IsIn(Request("You are Claude Code.", around.Replace("{0}", Prompt, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("You are a senior code reviewer.")]
    [InlineData("You are a senior code reviewer.\n\nLook for what is right.")]
    [InlineData("")]
    public void IsIn_AnotherPrompt_IsNotRecognised(string prompt) => Assert.False(AgentDefinition.Read("f.md", Prompt)!.IsIn(Request(prompt, "Review this, please.")));

    // C05, C06: two system blocks, the agent's prompt in the second; the file with either end of lines.
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void IsIn_SecondSystemBlock_IsRecognised_C05_C06(string newline)
    {
        var definition = AgentDefinition.Read("f.md", "---\nname: reviewer\n---\nYou review code.\nBe strict.\n".Replace("\n", newline, StringComparison.Ordinal))!;
        Assert.Equal("reviewer", definition.Name);
        Assert.True(definition.IsIn(OfMessages("""
            {"model":"m","max_tokens":9,"system":[{"type":"text","text":"You are Claude Code, a CLI."},{"type":"text","text":"You review code.\nBe strict.\n\nNotes:\n- today is Monday"}],
             "messages":[{"role":"user","content":"hi"}]}
            """)));
    }

    [Fact]
    public void IsIn_SecondMessageBehindThreeSystemBlocks_IsRecognised_C07()
    {
        var definition = AgentDefinition.Read("f.md", "---\nname: reviewer\n---\nYou review code.\nBe strict.\n")!;
        const string Request = """
            {"model":"m","max_tokens":9,
             "system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=9; cch=zz9;"},{"type":"text","text":"You are Claude Code, a CLI."},{"type":"text","text":"General agent preamble."}],
             "messages":[{"role":"user","content":[{"type":"text","text":"<context>...</context>"}]},{"role":"user","content":"You review code.\nBe strict.\n\nTask: check a.cs"}]}
            """;
        Assert.True(definition.IsIn(OfMessages(Request)));
        Assert.False(definition.IsIn(OfMessages(Request.Replace("Be strict.", "Be kind.", StringComparison.Ordinal))));
    }

    [Fact]
    public void IsIn_ThirdMessageOfTheUser_IsTooLate()
    {
        var messages = new[] { "one", "two", Prompt }.Select(text => new ConversationMessage(ConversationRole.User, text)).ToArray();
        Assert.False(AgentDefinition.Read("f.md", Prompt)!.IsIn(Request(new RequestFacts("m", messages, []))));
    }

    [Fact]
    public async Task Folders_FileThatChanges_IsReadAgainAndTheEarlierFolderCounts()
    {
        var root = Directory.CreateTempSubdirectory("modelscan-agents-");
        try
        {
            var (project, home) = (root.CreateSubdirectory("project"), root.CreateSubdirectory("home"));
            var folders = new AgentFolders(Microsoft.Extensions.Logging.Abstractions.NullLogger<AgentFolders>.Instance);
            folders.Use([project.FullName, home.FullName, Path.Join(root.FullName, "nowhere")]);
            Assert.Empty(folders.Definitions);

            await File.WriteAllTextAsync(Path.Join(home.FullName, "a.md"), $"{Prompt} At home.");
            await File.WriteAllTextAsync(Path.Join(home.CreateSubdirectory("deeper").FullName, "b.md"), $"{Prompt} Deeper.");
            await File.WriteAllTextAsync(Path.Join(home.FullName, "huge.md"), new string('x', 300_000));
            await folders.RefreshAsync(CancellationToken.None);
            Assert.Equal(["a", "b"], folders.Definitions.Select(definition => definition.Name));

            await File.WriteAllTextAsync(Path.Join(project.FullName, "A.md"), $"{Prompt} In the project.");
            await folders.RefreshAsync(CancellationToken.None);
            Assert.EndsWith("In the project.", folders.Definitions[0].Prompt, StringComparison.Ordinal);
            Assert.Equal(2, folders.Definitions.Count);

            var before = folders.Definitions;
            await folders.RefreshAsync(CancellationToken.None);
            Assert.Same(before, folders.Definitions);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static AgentRequest OfMessages(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new AgentRequest(ApiFormat.Messages, bytes, RequestReader.Read(ApiFormat.Messages, bytes).Facts, static _ => null);
    }

    private static AgentRequest Request(string system, string user) => Request(new RequestFacts(
        "m", [new ConversationMessage(ConversationRole.System, system), new ConversationMessage(ConversationRole.User, user)], []));

    private static AgentRequest Request(RequestFacts facts) => new(
        ApiFormat.Messages, Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(facts.Messages.Select(message => message.Text))), facts, static _ => null);
}
