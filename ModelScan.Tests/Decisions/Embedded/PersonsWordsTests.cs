using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class PersonsWordsTests
{
    [Theory]
    [InlineData("fix it", "fix it")]
    [InlineData("is a < b and c > d?", "is a < b and c > d?")]
    [InlineData("<p>html of mine</p>", "<p>html of mine</p>")]
    [InlineData("<system-reminder>x</system-reminder>fix it", "fix it")]
    [InlineData("fix it\n<system-reminder>never closed, fix that", "fix it")]
    [InlineData("<system-reminder>a</system-reminder><ide_opened_file>b</ide_opened_file>", "")]
    [InlineData("<environment_context>\n  <cwd>/src</cwd>\n</environment_context>", "")]
    [InlineData("<permissions instructions>ask first</permissions instructions> run the tests", "run the tests")]
    [InlineData("# AGENTS.md instructions for /src\n\n<INSTRUCTIONS>use tabs</INSTRUCTIONS>", "")]
    [InlineData("<additional_data>files</additional_data>\n<user_query>\nrename it\n</user_query>", "rename it")]
    [InlineData("<attachments><attachment>x</attachment></attachments>\n<userRequest>\nrename it\n</userRequest>", "rename it")]
    [InlineData("<task>\nrename it\n</task>\n<environment_details>\ntime\n</environment_details>", "<task>\nrename it\n</task>")]
    public void Of_UserMessage_GivesWhatThePersonWrote(string message, string words) => Assert.Equal(words, PersonsWords.Of(message).Trim());
}
