using ModelScan.Tests.Support;

namespace ModelScan.Tests.Architecture;

/// <summary>What is not part of the solution is neither built nor formatted before a change is merged.</summary>
public sealed class SolutionTests
{
    [Fact]
    public void EveryProject_IsPartOfTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "ModelScan.sln")).Replace('\\', '/');
        var projects = Directory.EnumerateDirectories(RepositoryFiles.Root, "ModelScan.*")
            .Append(Path.Combine(RepositoryFiles.Root, "bench"))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(RepositoryFiles.Root, path).Replace('\\', '/'))
            .ToArray();
        Assert.Contains("bench/LoadTest/LoadTest.csproj", projects);
        Assert.DoesNotContain(projects, project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal));
    }
}
