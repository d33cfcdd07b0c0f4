using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Endpoints.Reference;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Docs;

/// <summary>What README and docs show is right: code compiles, configurations are valid, JSON is JSON, commands name what there is.</summary>
public sealed partial class SnippetTests
{
    // What a console project has with ImplicitUsings.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string> CSharp => Snippet.All("csharp", "cs", "c#");

    public static TheoryData<string, string> Json => Snippet.All("json");

    public static TheoryData<string, string> Yaml => Snippet.All("yaml", "yml");

    public static TheoryData<string, string> Shell => Snippet.All("sh", "bash", "shell");

    [Theory]
    [MemberData(nameof(CSharp))]
    public void CSharp_InADocument_Compiles(string place, string code)
    {
        // A room's own page speaks to whoever adds to the room; any other page to those who use the library.
        var room = place.StartsWith("ModelScan.RoutingApi/", StringComparison.Ordinal) ? Path.GetDirectoryName(place)!.Replace('/', '.') : null;
        var usings = room is null ? "" : string.Join('\n', typeof(ConfigScope).Assembly.GetTypes().Select(type => type.Namespace).OfType<string>()
            .Where(name => name.StartsWith(room, StringComparison.Ordinal)).Distinct().Select(name => $"global using {name};"));
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => path != typeof(SnippetTests).Assembly.Location);
        var compilation = CSharpCompilation.Create(
            room is null ? "Snippet" : typeof(SnippetTests).Assembly.GetName().Name,
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(usings), CSharpSyntaxTree.ParseText(code)],
            platform.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(room is null ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        var errors = compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
        Assert.Equal((place, ""), (place, string.Join('\n', errors)));
    }

    [Theory]
    [MemberData(nameof(Json))]
    public void Json_InADocument_IsJson(string place, string json)
    {
        var problem = Record.Exception(() => JsonDocument.Parse(json).Dispose());
        Assert.Equal((place, null), (place, problem?.Message));
    }

    [Theory]
    [MemberData(nameof(Yaml))]
    public void Yaml_InADocument_IsAValidConfigurationWithoutWarnings(string place, string yaml)
    {
        var report = RoutingConfigReader.Check(yaml, place, new VariableExpansion([], _ => "set"), []);
        Assert.Equal((place, ""), (place, string.Join('\n', report.Errors.Concat(report.Warnings))));
    }

    [Theory]
    [MemberData(nameof(Shell))]
    public async Task Shell_InADocument_IsShellThatNamesWhatThereIs(string place, string script)
    {
        Assert.Equal((place, ""), (place, await SyntaxErrorsAsync(script)));
        foreach (Match project in Project().Matches(script))
            Assert.True(Directory.Exists(Path.Combine(RepositoryFiles.Root, project.Groups["path"].Value)), $"{place}: there is no project {project.Groups["path"].Value}");
        foreach (Match file in RepositoryFile().Matches(script))
            Assert.True(File.Exists(Path.Combine(RepositoryFiles.Root, file.Value)), $"{place}: there is no file {file.Value}");
        foreach (Match body in Body().Matches(script))
            Assert.Equal((place, null), (place, Record.Exception(() => JsonDocument.Parse(body.Groups["json"].Value).Dispose())?.Message));
        foreach (Match request in GatewayPath().Matches(script))
            Assert.True(ApiOperations.All.Any(operation => operation.Path == request.Groups["path"].Value), $"{place}: the gateway has no {request.Groups["path"].Value}");
    }

    [Fact]
    public void Documents_AreFound() =>
        Assert.All((TheoryData<string, string>[])[CSharp, Json, Yaml, Shell], snippets => Assert.NotEmpty(snippets));

    private static async Task<string> SyntaxErrorsAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-n"]) { RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false })!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var errors = await bash.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await bash.WaitForExitAsync().WaitAsync(Patience);
        return errors;
    }

    [GeneratedRegex(@"--project\s+(?<path>\S+)", RegexOptions.None, 1000)]
    private static partial Regex Project();

    [GeneratedRegex(@"(?<![\w/.])(samples|docs|bench)/[\w./-]+\.\w+", RegexOptions.None, 1000)]
    private static partial Regex RepositoryFile();

    [GeneratedRegex(@"\s(-d|--data)\s+'(?<json>\{[^']*)'", RegexOptions.None, 1000)]
    private static partial Regex Body();

    [GeneratedRegex(@"http://(localhost|127\.0\.0\.1):12000(?<path>/[\w./-]*)", RegexOptions.None, 1000)]
    private static partial Regex GatewayPath();
}
